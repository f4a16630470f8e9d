/** How an upstream has the account of a link, also where only a block of an earlier version says so. */
import { expect, test } from '@jest/globals';
import type { Block } from '../../src/base/block.js';
import { linkStanding } from '../../src/identity/links/link-suspension.js';

const block = (by: Block['by'], reason?: string): Block => ({ by, since: 1, ...(reason !== undefined && { reason }) });

test.each<[string, string, readonly Block[], string]>([
  ['no block', 'corp', [], 'active'],
  ['the quarantine of the connector', 'corp', [block('quarantine:corp')], 'gone'],
  ['a block of the directory', 'corp', [block('directory:corp')], 'disabled'],
  ['a block of the directory for an expired account', 'corp', [block('directory:corp', 'expired')], 'expired'],
  ['the block of an administrator', 'corp', [block('administrator')], 'active'],
  ['the quarantine of another connector', 'corp', [block('quarantine:other')], 'active'],
  ['the quarantine of a directory that is not their home', 'primary', [block('quarantine:corp')], 'active'],
])('with %s, somebody of %s stands so', (_what, userstore, blocks, standing) => {
  expect(linkStanding({ userstore, blocks: [...blocks] }, { connector: 'corp' })).toBe(standing);
});

test('what the link says counts more than any block', () => {
  const user = { userstore: 'corp', blocks: [block('directory:corp')] };
  expect(linkStanding(user, { connector: 'corp', suspendedAs: 'gone' })).toBe('gone');
});
