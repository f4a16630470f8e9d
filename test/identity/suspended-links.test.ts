/** What exactly is written when a link is suspended and resumed: the records, the blocks beside others, and the same after a conflict. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Assignment } from '../../src/base/assignment.js';
import type { Block } from '../../src/base/block.js';
import { now } from '../../src/base/clock.js';
import { identityLinks } from '../../src/identity/links/identity-link.js';
import type { NewUser } from '../../src/identity/users/new-user.js';
import { users } from '../../src/identity/users/user.js';
import { remove, replace } from '../../src/storage/write.js';
import { at, directoryPerson } from './directory-person.js';
import { by, identityStores, type IdentityStore, made } from './identity-store.js';

const byAdministrator: Block = { by: 'administrator', since: 5, reason: 'under investigation' };
const END = 4_000_000_000_000;

const given = (kind: Assignment['kind'], target: string, more: Partial<Assignment> = {}): Assignment => ({
  ...{ id: `${kind} ${target}`, kind, target, grantedBy: 'tests', grantedAt: 1, limitations: [] },
  ...more,
});
const byCorp = { source: { kind: 'connector', id: 'corp' } } as const;

describe.each(identityStores)('on %s,', (_store, open) => {
  let home: IdentityStore;
  let people = 0;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  /** Somebody who lives at `corp` unless told otherwise, with the link `upstream`. */
  const person = (more: Partial<NewUser> = {}) => directoryPerson(home, more);
  const lastEvent = () => home.events.at(-1);
  const linksOf = async (id: string) =>
    (await home.links.of(id)).map(({ suspendedAs }) => suspendedAs ?? 'active').sort();

  /** Runs this once, just before the next commit. */
  function beforeCommit(work: () => Promise<unknown>): void {
    const commit = home.realm.commit.bind(home.realm);
    Object.assign(home.realm, {
      async commit(writes: Parameters<typeof commit>[0]) {
        Object.assign(home.realm, { commit });
        await work();
        return commit(writes);
      },
    });
  }

  /** Runs this whenever a link was found by its subject, and returns how to end that. */
  function onFound(work: () => unknown): () => void {
    const of = home.realm.of.bind(home.realm);
    const end = (): void => {
      Object.assign(home.realm, { of });
    };
    const collection = of(identityLinks);
    const findOne = async (...query: Parameters<typeof collection.findOne>) => {
      const found = await collection.findOne(...query);
      await work();
      return found;
    };
    const hooked = Object.assign(Object.create(collection) as typeof collection, { findOne });
    const ofAll = (...args: Parameters<typeof of>) => (args[0].name === identityLinks.name ? hooked : of(...args));
    Object.assign(home.realm, { of: ofAll });
    return end;
  }

  describe('the record of a suspension says what the upstream says, and of which connector, for somebody', () => {
    const suspended = (standing: string) => ({
      ...{ kind: 'user.link-suspended', details: { connector: 'corp', standing } },
    });

    test('who lives there', async () => {
      const { user, upstream } = await person();
      made(await home.links.suspend(by, upstream, 'expired'));
      expect(lastEvent()).toMatchObject({ ...suspended('expired'), subject: { kind: 'user', id: user.id } });
    });

    test('who lives elsewhere', async () => {
      const { upstream } = await person({ userstore: 'primary' });
      made(await home.links.suspend(by, upstream, 'gone'));
      expect(lastEvent()).toMatchObject(suspended('gone'));
    });

    test('who has another account there', async () => {
      const { user, upstream } = await person();
      made(await home.links.add(by, user.id, at(`${user.username}-2`)));
      made(await home.links.suspend(by, upstream, 'disabled'));
      expect(lastEvent()).toMatchObject(suspended('disabled'));
      expect(await linksOf(user.id)).toEqual(['active', 'disabled']);
    });
  });

  test('a suspended link keeps the rest, and has it alone again when it is resumed', async () => {
    const { user, upstream } = await person({ link: { ...at('noted'), changeMark: '7', base: 'ou=rome' } });
    const [before] = await home.links.of(user.id);
    made(await home.links.suspend(by, at('noted'), 'disabled'));
    const [link] = await home.links.of(user.id);
    expect(link).toEqual({
      ...{ ...before, version: 2, suspendedAs: 'disabled', suspendedAt: expect.any(Number) },
    });
    made(await home.links.suspend(by, at('noted'), 'gone'));
    expect(await linksOf(user.id)).toEqual(['gone']);
    made(await home.links.resume(by, at('noted')));
    expect(await home.links.of(user.id)).toEqual([{ ...before, version: 4 }]);
    expect(await home.links.find(upstream)).toBeUndefined();
  });

  test('somebody at home stays with the end of what ends by itself, and with their groups', async () => {
    const group = made(await home.groups.create(by, { name: `group-${++people}` }));
    const assignments = [given('membership', group.id, { ...byCorp, validUntil: END })];
    const { user, upstream } = await person({ assignments });
    expect(user).toMatchObject({ nextExpiry: END, within: [group.id] });
    const gone = made(await home.links.suspend(by, upstream, 'gone'));
    expect(gone).toMatchObject({ nextExpiry: END, within: [group.id], assignments, state: 'disabled' });
    expect(made(await home.links.resume(by, upstream))).toMatchObject({ nextExpiry: END, state: 'active' });
  });

  test('somebody elsewhere is found no more by the groups and the end of what they lose', async () => {
    const group = made(await home.groups.create(by, { name: `group-${++people}` }));
    const file = { source: { kind: 'file', id: 'corp' } } as const;
    const assignments = [given('membership', group.id, { ...byCorp, validUntil: END }), given('role', 'r', file)];
    const { user, upstream } = await person({ userstore: 'primary', assignments });
    expect(user).toMatchObject({ nextExpiry: END, within: [group.id] });
    const left = made(await home.links.suspend(by, upstream, 'gone'));
    expect(left).toMatchObject({ within: [], assignments: [assignments[1]], state: 'active', roleIds: ['r'] });
    expect(left).not.toHaveProperty('nextExpiry');
  });

  test('somebody elsewhere keeps what leads to a group that is gone, until that is put right', async () => {
    const { user, upstream } = await person({ userstore: 'primary' });
    const { version, ...rest } = user;
    const assignments = [given('membership', 'no-group')];
    await home.realm.commit([replace(users, { ...rest, assignments }, version)]);
    expect(await home.links.suspend(by, upstream, 'gone')).toMatchObject({
      ...{ ok: false, refusal: { code: 'invalid', problems: [{ code: 'group-unknown' }] } },
    });
  });

  test('an account of another connector that goes on keeps neither access nor the way in', async () => {
    const { user, upstream } = await person();
    made(await home.links.add(by, user.id, at(`${user.username}-2`, 'other')));
    expect(made(await home.links.suspend(by, upstream, 'gone')).blocks).toHaveLength(1);
  });

  test('somebody whom an administrator blocks too stays disabled when the account is back', async () => {
    const { upstream } = await person({ blocks: [byAdministrator] });
    const began = now();
    const { blocks } = made(await home.links.suspend(by, upstream, 'gone'));
    expect(blocks).toEqual([byAdministrator, { by: 'quarantine:corp', since: expect.any(Number), reason: 'gone' }]);
    expect(blocks[1]?.since).toBeGreaterThanOrEqual(began);
    expect(made(await home.links.resume(by, upstream)).state).toBe('disabled');
  });

  test('somebody who was disabled and is gone now is gone from now on', async () => {
    const { user, upstream } = await person();
    made(await home.links.suspend(by, upstream, 'disabled'));
    const [link] = await home.links.of(user.id);
    if (!link) throw new Error('There is no link.');
    const { version, ...rest } = link;
    await home.realm.commit([replace(identityLinks, { ...rest, suspendedAt: 1 }, version)]);
    const began = now();
    made(await home.links.suspend(by, upstream, 'gone'));
    expect((await home.links.of(user.id))[0]?.suspendedAt).toBeGreaterThanOrEqual(began);
  });

  test('a subject of another issuer is another one', async () => {
    const upstream = { ...at(`issued-${people}`), issuer: 'https://issuer.example' };
    const { user } = await person({ link: upstream });
    expect(await home.links.suspend(by, at(upstream.subject), 'gone')).toMatchObject({ ok: false });
    made(await home.links.suspend(by, upstream, 'gone'));
    expect(await linksOf(user.id)).toEqual(['gone']);
    made(await home.links.resume(by, upstream));
    expect(await linksOf(user.id)).toEqual(['active']);
  });

  test('a block keeps its beginning when its reason is another', async () => {
    const { upstream } = await person({ blocks: [{ by: 'directory:corp', since: 7, reason: 'disabled' }] });
    expect(made(await home.links.suspend(by, upstream, 'expired')).blocks).toEqual([
      { by: 'directory:corp', since: 7, reason: 'expired' },
    ]);
  });

  test('a block that stands beside others stays where it is, so that nothing is written', async () => {
    const { user, upstream } = await person();
    made(await home.links.suspend(by, upstream, 'disabled'));
    made(await home.users.update(by, user.id, { block: {} }));
    const { length } = home.events;
    const { blocks } = made(await home.links.suspend(by, upstream, 'disabled'));
    expect(blocks.map((one) => one.by)).toEqual(['directory:corp', 'administrator']);
    expect(home.events).toHaveLength(length);
  });

  test('a block of an earlier version is lifted although the link says nothing', async () => {
    const { user, upstream } = await person({ blocks: [{ by: 'quarantine:corp', since: 7 }] });
    const [link] = await home.links.of(user.id);
    expect(made(await home.links.resume(by, upstream)).blocks).toEqual([]);
    expect(lastEvent()?.kind).toBe('user.link-resumed');
    expect(lastEvent()?.details).toStrictEqual({ connector: 'corp' });
    expect(await home.links.of(user.id)).toEqual([link]);
  });

  test('whoever lifts all blocks resumes every suspended link, and writes no other', async () => {
    const { user, upstream } = await person();
    const [second, other] = [at(`${user.username}-2`), at(`${user.username}-3`, 'other')];
    for (const one of [second, other]) made(await home.links.add(by, user.id, one));
    for (const one of [upstream, other]) made(await home.links.suspend(by, one, 'gone'));
    made(await home.users.unblock(by, user.id));
    expect((await home.links.of(user.id)).map(({ version }) => version).sort()).toEqual([1, 3, 3]);
    expect(await linksOf(user.id)).toEqual(['active', 'active', 'active']);
  });

  describe('a user who is changed just then', () => {
    test('is suspended all the same, with the change', async () => {
      const { user, upstream } = await person();
      beforeCommit(() => home.users.update(by, user.id, { profile: { name: 'Ann' } }));
      expect(made(await home.links.suspend(by, upstream, 'gone'))).toMatchObject({
        ...{ profile: { name: 'Ann' }, blocks: [{ by: 'quarantine:corp' }] },
      });
    });

    test('is resumed all the same, with the change', async () => {
      const { user, upstream } = await person();
      made(await home.links.suspend(by, upstream, 'gone'));
      beforeCommit(() => home.users.update(by, user.id, { profile: { name: 'Ann' } }));
      expect(made(await home.links.resume(by, upstream))).toMatchObject({ profile: { name: 'Ann' }, blocks: [] });
    });

    test('has no second account that goes on if that is suspended meanwhile', async () => {
      const { user, upstream } = await person();
      const second = at(`${user.username}-2`);
      made(await home.links.add(by, user.id, second));
      beforeCommit(() => home.links.suspend(by, second, 'gone'));
      expect(made(await home.links.suspend(by, upstream, 'gone')).blocks).toHaveLength(1);
    });

    test('is suspended with the link if that was resumed meanwhile', async () => {
      const { user, upstream } = await person();
      made(await home.links.suspend(by, upstream, 'gone'));
      const end = onFound(async () => {
        end();
        made(await home.links.resume(by, upstream));
      });
      expect(made(await home.links.suspend(by, upstream, 'gone')).blocks).toHaveLength(1);
      expect(await linksOf(user.id)).toEqual(['gone']);
    });

    const missing = (kind: string) => ({ code: 'missing', problems: [{ params: { thing: { kind } } }] });

    test('is refused if the link is removed', async () => {
      const { user, upstream } = await person();
      const [link] = await home.links.of(user.id);
      const removed = () => home.realm.commit([remove(identityLinks, link?.id ?? '')]);
      const end = onFound(async () => {
        end();
        await removed();
      });
      expect(await home.links.suspend(by, upstream, 'gone')).toMatchObject({ refusal: missing('link') });
      expect((await home.users.get(user.id))?.blocks).toEqual([]);
    });

    test('is refused if the link is removed before the commit, and so is a subject that nobody has, at once', async () => {
      const { user, upstream } = await person();
      const [link] = await home.links.of(user.id);
      beforeCommit(() => home.realm.commit([remove(identityLinks, link?.id ?? '')]));
      let reads = 0;
      const end = onFound(() => void (reads += 1));
      for (const done of [home.links.suspend(by, upstream, 'gone'), home.links.resume(by, at('nobody'))])
        expect(await done).toMatchObject({ ok: false, refusal: { code: 'missing' } });
      end();
      expect(reads).toBe(2);
      expect(await home.links.resume(by, at('nobody'))).toMatchObject({ refusal: missing('link') });
      expect((await home.users.get(user.id))?.blocks).toEqual([]);
    });

    test('is refused if the user was removed', async () => {
      const { user, upstream } = await person();
      await home.realm.commit([remove(users, user.id)]);
      for (const done of [home.links.suspend(by, upstream, 'gone'), home.links.resume(by, upstream)])
        expect(await done).toMatchObject({ ok: false, refusal: missing('user') });
    });
  });
});
