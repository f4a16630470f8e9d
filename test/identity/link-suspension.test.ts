/** What becomes of a user when an upstream no longer has their account, or disables it, and when it is there again. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Assignment } from '../../src/base/assignment.js';
import type { Block } from '../../src/base/block.js';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { linkStanding } from '../../src/identity/links/link-suspension.js';
import type { NewUser } from '../../src/identity/users/new-user.js';
import { sessionAlive } from '../../src/sessions/alive.js';
import { signOutEpochOf } from '../../src/sessions/sign-out-epoch.js';
import { at, directoryPerson } from './directory-person.js';
import { by, identityStores, type IdentityStore, made, PASSWORD } from './identity-store.js';

const byAdministrator: Block = { by: 'administrator', since: 5, reason: 'under investigation' };

const role = (target: string, source?: string): Assignment => ({
  ...{
    id: `${target} ${source ?? 'by hand'}`,
    kind: 'role',
    target,
    grantedBy: 'tests',
    grantedAt: 1,
    limitations: [],
  },
  ...(source !== undefined && { source: { kind: 'connector', id: source } }),
});

describe.each(identityStores)('on %s,', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  /** Somebody who lives at `corp`, with the link `upstream`. */
  const person = (more: Partial<NewUser> = {}) => directoryPerson(home, more);

  async function current(id: string) {
    const user = await home.users.get(id);
    if (!user) throw new Error(`There is no user ${id}.`);
    return user;
  }

  /** Somebody who lives in `primary`, with a password, and has a link too. */
  const linkedPerson = (more: Partial<NewUser> = {}) =>
    person({ userstore: 'primary', password: { clear: PASSWORD, generated: true }, ...more });

  describe('somebody who is gone where they live', () => {
    test('is in quarantine at once, with every session ended, and keeps id, roles and links', async () => {
      const { user, upstream } = await person({ assignments: [role('seller', 'corp'), role('auditor')] });
      const session = { startedAt: now(), signOutEpoch: signOutEpochOf(user), userId: user.id };
      const began = now();
      const gone = made(await home.links.suspend(by, upstream, 'gone'));
      expect(gone.blocks).toEqual([{ by: 'quarantine:corp', since: expect.any(Number), reason: 'gone' }]);
      expect(gone.state).toBe('disabled');
      expect(gone.assignments).toEqual(user.assignments);
      const [link] = await home.links.of(user.id);
      expect(link).toMatchObject({ suspendedAs: 'gone', suspendedAt: expect.any(Number) });
      expect(link?.suspendedAt).toBeGreaterThanOrEqual(began);
      const back = made(await home.links.resume(by, upstream));
      // What ended stays so after the return.
      expect(sessionAlive({ ...SESSION, ...session }, back, now())).toBe(false);
    });

    test('is whole again when the account is back, and a block of an administrator stays', async () => {
      const { user, upstream } = await person({ assignments: [role('seller', 'corp')], blocks: [byAdministrator] });
      made(await home.links.suspend(by, upstream, 'gone'));
      expect((await current(user.id)).blocks).toHaveLength(2);
      const back = made(await home.links.resume(by, upstream));
      expect(back).toMatchObject({ id: user.id, blocks: [byAdministrator], assignments: user.assignments });
      expect(await home.links.of(user.id)).toEqual([expect.not.objectContaining({ suspendedAt: expect.anything() })]);
      expect(linkStanding(back, { connector: 'corp' })).toBe('active');
    });

    test('is reported once: the same again writes nothing and moves no time', async () => {
      const { user, upstream } = await person();
      const gone = made(await home.links.suspend(by, upstream, 'gone'));
      const [link] = await home.links.of(user.id);
      const recorded = home.events.length;
      expect(made(await home.links.suspend(by, upstream, 'gone'))).toEqual(await current(user.id));
      expect((await current(user.id)).version).toBe(gone.version);
      expect(await home.links.of(user.id)).toEqual([link]);
      made(await home.links.resume(by, link ?? upstream));
      const { version } = await current(user.id);
      made(await home.links.resume(by, upstream));
      expect((await current(user.id)).version).toBe(version);
      expect(home.events.slice(recorded).map(({ kind, details }) => [kind, details])).toEqual([
        ['user.link-resumed', { connector: 'corp' }],
      ]);
    });

    test('goes on by another account of the same connector, until that is gone too', async () => {
      const { user, upstream } = await person();
      const second = at(`${user.username}-2`);
      made(await home.links.add(by, user.id, second));
      expect(made(await home.links.suspend(by, upstream, 'gone')).blocks).toEqual([]);
      expect(made(await home.links.suspend(by, second, 'gone')).blocks).toHaveLength(1);
      expect(made(await home.links.resume(by, upstream)).blocks).toEqual([]);
    });

    test('is let in by an administrator who lifts all blocks: no link is suspended then', async () => {
      const { user, upstream } = await person({ blocks: [byAdministrator] });
      made(await home.links.suspend(by, upstream, 'gone'));
      const enabled = made(await home.users.unblock(by, user.id));
      expect(enabled.blocks).toEqual([]);
      const [link] = await home.links.of(user.id);
      expect(link && linkStanding(enabled, link)).toBe('active');
      // The next synchronization sets it again if the account is still gone.
      expect(made(await home.links.suspend(by, upstream, 'gone')).blocks).toHaveLength(1);
    });
  });

  describe('somebody who is disabled where they live', () => {
    test.each(['disabled', 'expired'] as const)(
      'and %s there is blocked by the directory for that reason',
      async (as) => {
        const { user, upstream } = await person();
        const blocked = made(await home.links.suspend(by, upstream, as));
        expect(blocked.blocks).toEqual([{ by: 'directory:corp', since: expect.any(Number), reason: as }]);
        expect(blocked.signedOutAt).toBeGreaterThan(0);
        const [link] = await home.links.of(user.id);
        expect(link && linkStanding(blocked, link)).toBe(as);
        expect(made(await home.links.resume(by, upstream)).blocks).toEqual([]);
      },
    );

    test('and gone later is in quarantine in place of the other block', async () => {
      const { upstream } = await person();
      made(await home.links.suspend(by, upstream, 'disabled'));
      const gone = made(await home.links.suspend(by, upstream, 'gone'));
      expect(gone.blocks.map((block) => block.by)).toEqual(['quarantine:corp']);
      const again = made(await home.links.suspend(by, upstream, 'disabled'));
      expect(again.blocks.map((block) => block.by)).toEqual(['directory:corp']);
    });

    test('stays blocked by the quarantine of another connector', async () => {
      const others: Block = { by: 'quarantine:other', since: 5 };
      const { upstream } = await person({ blocks: [others] });
      made(await home.links.suspend(by, upstream, 'disabled'));
      expect(made(await home.links.resume(by, upstream)).blocks).toEqual([others]);
    });
  });

  describe('somebody who lives elsewhere', () => {
    test('loses the link and the access that came by it, and nothing else', async () => {
      const assignments = [role('seller', 'corp'), role('buyer', 'other'), role('auditor')];
      const { user, upstream } = await linkedPerson({ assignments });
      const left = made(await home.links.suspend(by, upstream, 'gone'));
      expect(left.blocks).toEqual([]);
      expect(left.signedOutAt).toBe(user.signedOutAt);
      expect(left.assignments.map(({ target }) => target)).toEqual(['buyer', 'auditor']);
      expect(left.roleIds).toEqual(['auditor', 'buyer']);
      expect(await home.links.of(user.id)).toEqual([expect.objectContaining({ suspendedAs: 'gone' })]);
    });

    test('keeps that access while another account of the same connector goes on', async () => {
      const { user, upstream } = await linkedPerson({ assignments: [role('seller', 'corp')] });
      made(await home.links.add(by, user.id, at(`${user.username}-2`)));
      expect(made(await home.links.suspend(by, upstream, 'gone')).assignments).toHaveLength(1);
    });

    test('cannot remove the last link that still signs in', async () => {
      const { user, upstream } = await person();
      const other = at(`${user.username}-2`, 'other');
      made(await home.links.add(by, user.id, other));
      made(await home.links.suspend(by, other, 'gone'));
      const [first, suspended] = await home.links.of(user.id);
      const refused = await home.links.remove(by, user.id, first?.id ?? '');
      expect(refused).toMatchObject({ ok: false, refusal: { problems: [{ code: 'last-way-in' }] } });
      made(await home.links.remove(by, user.id, suspended?.id ?? ''));
      expect(await home.links.find(upstream)).toBeDefined();
    });
  });

  test('an account that is nobody’s is refused as missing', async () => {
    expect(await home.links.suspend(by, at('nobody'), 'gone')).toMatchObject({
      ok: false,
      refusal: { code: 'missing' },
    });
    expect(await home.links.resume(by, at('nobody'))).toMatchObject({ ok: false, refusal: { code: 'missing' } });
  });

  test('two that are gone at once are both in quarantine, however often they are changed meanwhile', async () => {
    const { user, upstream } = await person();
    const second = at(`${user.username}-2`);
    made(await home.links.add(by, user.id, second));
    await Promise.all([
      home.links.suspend(by, upstream, 'gone'),
      home.links.suspend(by, second, 'gone'),
      home.users.update(by, user.id, { profile: { name: 'Ann' } }),
    ]);
    expect(await current(user.id)).toMatchObject({ blocks: [{ by: 'quarantine:corp' }] });
    for (const link of await home.links.of(user.id)) expect(link.suspendedAs).toBe('gone');
  });
});

describe('a block that an earlier version set beside a link', () => {
  const block = (cause: Block['by'], reason: string) => ({
    userstore: 'corp',
    blocks: [{ by: cause, since: 1, reason }],
  });

  test('says how the account stands', () => {
    expect(linkStanding(block('directory:corp', 'disabled'), { connector: 'corp' })).toBe('disabled');
    expect(linkStanding(block('directory:corp', 'expired'), { connector: 'corp' })).toBe('expired');
    expect(linkStanding(block('quarantine:corp', ''), { connector: 'corp' })).toBe('gone');
    expect(linkStanding(block('directory:other', ''), { connector: 'corp' })).toBe('active');
    expect(linkStanding({ ...block('directory:corp', ''), userstore: 'primary' }, { connector: 'corp' })).toBe(
      'active',
    );
  });
});

const SESSION = {
  id: 's',
  cookie: hashOf('cookie'),
  proofs: [],
  clients: [],
  payload: '{}',
  expiresAt: Number.MAX_SAFE_INTEGER,
};
