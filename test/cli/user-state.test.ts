/** What commands say of a user who is blocked. */
import { expect, test } from '@jest/globals';
import { describeState, stateOf, stateWord } from '../../src/cli/user/blocks.js';
import type { Block } from '../../src/base/block.js';
import type { User } from '../../src/identity/users/user.js';

const quarantine: Block = { by: 'quarantine:corp', since: 0, reason: 'gone' };
const administrator: Block = { by: 'administrator', since: 0, reason: 'on leave' };
const ended: Block = { by: 'administrator', since: 0, until: 1 };

const said = (...blocks: readonly Block[]) => {
  const user = { blocks } as unknown as User;
  return [stateOf(user), stateWord(user), describeState(user)];
};

test.each([
  ['nothing', [], ['active', 'active', 'active']],
  ['a block that has ended', [ended], ['active', 'active', 'active']],
  [
    'a quarantine',
    [quarantine, ended],
    ['disabled', 'in quarantine', 'in quarantine since 1970-01-01 00:00 UTC: corp no longer has the account'],
  ],
  [
    'an administrator',
    [administrator],
    ['disabled', 'disabled', 'disabled: blocked by administrator since 1970-01-01 00:00 UTC: on leave'],
  ],
  [
    'both',
    [administrator, quarantine],
    ['disabled', 'disabled', expect.stringMatching(/^disabled: blocked by administrator .+; in quarantine since /)],
  ],
])('whoever is blocked by %s', (_by, blocks, expected) => {
  expect(said(...blocks)).toEqual(expected);
});
