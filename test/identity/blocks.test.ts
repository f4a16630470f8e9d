/** Who may not sign in, by whose word and until when. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Block } from '../../src/base/block.js';
import { now } from '../../src/base/clock.js';
import { describeBlock, enableUser } from '../../src/cli/user/blocks.js';
import { users } from '../../src/identity/users/user.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';
import { by, identityStores, type IdentityStore, made } from './identity-store.js';

const byDirectory: Block = { by: 'directory:corp', since: 5, reason: 'disabled there' };

describe.each(identityStores)('on %s, a user', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  const person = async (username: string, blocks: readonly Block[] = []) =>
    made(await home.users.create(by, { username, blocks }));

  test('is blocked by an administrator with the reason of the change, signed out for good, and enabled again', async () => {
    const { id } = await person('ann');
    const began = now();
    const blocked = made(await home.users.update({ ...by, reason: 'left' }, id, { block: {} }));
    expect(blocked.blocks).toEqual([{ by: 'administrator', since: expect.any(Number), reason: 'left' }]);
    expect(blocked.signedOutAt).toBeGreaterThanOrEqual(began);
    const enabled = made(await home.users.update(by, id, { block: null }));
    expect(enabled).toMatchObject({ blocks: [], signedOutAt: blocked.signedOutAt });
  });

  test('keeps the beginning of a block whose end changes, and is not signed out again', async () => {
    const { id } = await person('bea');
    const first = made(await home.users.update(by, id, { block: { reason: 'away' } }));
    const until = new Date(now() + 60_000).toISOString();
    const later = made(await home.users.update(by, id, { block: { until: Date.parse(until) } }));
    expect(later.blocks).toEqual([{ by: 'administrator', since: first.blocks[0]?.since, until: Date.parse(until) }]);
    expect(later.signedOutAt).toBe(first.signedOutAt);
  });

  test('stays blocked by a directory when the administrator lifts their own block, and not when all are lifted', async () => {
    const { id } = await person('cleo', [byDirectory]);
    const twice = made(await home.users.update(by, id, { block: {} }));
    expect(twice.blocks).toHaveLength(2);
    expect(twice.signedOutAt).toBeUndefined();
    const said = await enableUser(home, by, twice, false);
    expect(said).toBe(
      `cleo still can't sign in: blocked by directory:corp since 1970-01-01 00:00 UTC: disabled there. With --all this is lifted too.`,
    );
    expect((await home.users.get(id))?.blocks).toEqual([byDirectory]);
    expect(made(await home.users.unblock(by, id)).blocks).toEqual([]);
  });

  test('is blocked and enabled by the field of the previous release, which leaves other blocks alone', async () => {
    const { id } = await person('dan', [byDirectory]);
    const blocked = made(await home.users.update({ ...by, reason: 'left' }, id, { state: 'disabled' }));
    expect(blocked.blocks.map(({ by: cause }) => cause)).toEqual(['directory:corp', 'administrator']);
    const again = made(await home.users.update({ ...by, reason: 'another' }, id, { state: 'disabled' }));
    expect(again.blocks).toEqual(blocked.blocks);
    expect(made(await home.users.update(by, id, { state: 'active' })).blocks).toEqual([byDirectory]);
  });
});

test('a quarantine is shown in words', () => {
  const said = describeBlock({ by: 'quarantine:corp', since: 5, reason: 'gone' });
  expect(said).toBe('in quarantine since 1970-01-01 00:00 UTC: corp no longer has the account');
});

describe('a user whom the previous release wrote', () => {
  const read = (stored: object): readonly Block[] =>
    (broughtUp(users, { id: 'u', since: 7, ...stored }, 5) as unknown as { readonly blocks: Block[] }).blocks;

  test('is blocked by an administrator if it was disabled there, and not if it was active', () => {
    expect(read({ state: 'disabled' })).toEqual([{ by: 'administrator', since: 7 }]);
    expect(read({ state: 'active' })).toEqual([]);
  });

  test('keeps the blocks that this release wrote before, unless it was enabled there', () => {
    expect(read({ state: 'disabled', blocks: [byDirectory] })).toEqual([byDirectory]);
    expect(read({ state: 'active', blocks: [byDirectory] })).toEqual([]);
  });
});
