/** No change takes away the last administrator who signs in by a password of ours, since a directory may be away. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADMINISTRATOR } from '../../../src/access/model/administrator.js';
import { assign } from '../../../src/access/model/assign.js';
import type { Assignment } from '../../../src/base/assignment.js';
import { newId } from '../../../src/base/crypto/ids.js';
import type { Saved } from '../../../src/changes/change-result.js';
import type { NewUser } from '../../../src/identity/users/new-user.js';
import { sentence } from '../../../src/sentences/sentence.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';
import { connectorOf, testKind } from './test-kind.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
const refused = {
  ok: false,
  refusal: { code: 'forbidden', problems: [expect.objectContaining({ code: 'administrator-way-in' })] },
};
const password = { clear: 'a password of ours', generated: false };

describe.each(['sqlite', 'mongodb'] as const)('the last way in of an administrator, on %s,', (store) => {
  let realm: EmptyRealm;
  beforeEach(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
  });
  afterEach(() => realm.close());

  const roleId = async () => (await realm.parts.roles.findByName(ADMINISTRATOR))?.id ?? '';
  async function assignment(more: Partial<Assignment> = {}): Promise<Assignment> {
    const terms = { id: newId(), grantedBy: 'host:tests', grantedAt: 0, limitations: [] };
    return { ...terms, kind: 'role', target: await roleId(), ...more };
  }
  const administrator = async (username: string, more: Partial<NewUser> = {}) =>
    done(await realm.parts.users.create(by, { ...{ username, password, assignments: [await assignment()] }, ...more }));
  const inDirectory = (username: string) =>
    administrator(username, { userstore: 'corp', link: { connector: 'corp', issuer: '', subject: newId() } });
  const connect = (domain: object | undefined, more: object = {}) =>
    realm.parts.connectors.create(by, connectorOf({ id: 'corp', domains: domain ? [domain] : [], ...more }));
  async function change(patch: object) {
    const { connectors } = realm.parts;
    return connectors.update(by, 'corp', patch, (await connectors.get('corp'))?.version ?? 0);
  }
  const enforced = (...except: readonly string[]) => ({ name: 'corp.test', enforce: true, except: [...except] });

  test('stays when a connector is made that enforces their domain', async () => {
    await administrator('root@corp.test');
    await inDirectory('anna');
    expect(await connect(enforced())).toMatchObject(refused);
    expect(await connect(enforced('Root@corp.test'))).toMatchObject({ ok: true });
  });

  test('stays when a connector begins to enforce it, is enabled, or excepts fewer names', async () => {
    await administrator('root', { email: 'root@corp.test', emailVerified: true });
    done(await connect(enforced(), { enabled: false }));
    expect(await change({ enabled: true })).toMatchObject(refused);
    done(await change({ domains: [{ name: 'corp.test' }] }));
    done(await change({ enabled: true }));
    expect(await change({ domains: [enforced()] })).toMatchObject(refused);
    done(await change({ domains: [enforced('root')] }));
    expect(await change({ domains: [enforced('another')] })).toMatchObject(refused);
    // What takes nobody's way is not judged.
    done(await change({ displayName: 'Renamed', domains: [enforced('root', 'another')] }));
    done(await change({ enabled: false }));
  });

  test('stays when somebody else is removed, blocked, moved, renamed, or loses the role or the address', async () => {
    const { users } = realm.parts;
    await administrator('root@corp.test');
    const backup = await administrator('backup');
    await inDirectory('anna');
    done(await connect(enforced()));
    const { id } = backup;
    const email = { email: 'backup@corp.test', emailVerified: true };
    for (const outcome of [
      await users.remove(by, id),
      await users.update(by, id, { state: 'disabled' }),
      await users.replaceAssignments(by, id, [], backup.version),
      await users.moveTo(by, id, 'corp', { subject: 'uuid-backup' }),
      await users.update(by, id, { username: 'backup@corp.test' }),
      await users.update(by, id, email),
    ]) {
      expect(outcome).toMatchObject(refused);
    }
    done(await users.update(by, id, { ...email, emailVerified: false }));
    await administrator('second');
    done(await users.moveTo(by, id, 'corp', { subject: 'uuid-backup' }));
  });

  test('is nobody without a password, in a directory, blocked, or administrator by a connector', async () => {
    const { users } = realm.parts;
    const root = await administrator('root');
    done(await connect(undefined));
    await realm.parts.users.create(by, { username: 'nopassword', assignments: [await assignment()] });
    await inDirectory('anna');
    const blocked = await administrator('blocked');
    done(await users.update(by, blocked.id, { state: 'disabled' }));
    await administrator('mapped', {
      assignments: [await assignment({ source: { kind: 'connector', id: 'corp' } })],
      confirmations: [{ connector: 'corp', at: Date.now() }],
    });
    expect(await users.remove(by, root.id)).toMatchObject(refused);
    done(await users.update(by, blocked.id, { state: 'active' }));
    done(await users.remove(by, root.id));
    expect(await users.remove(by, blocked.id)).toMatchObject(refused);
  });

  test('stays when a group or role loses what makes them one', async () => {
    const { groups, users, snapshots } = realm.parts;
    const group = done(await groups.create(by, { name: 'Admins' }));
    const held = done(await assign(by, groups, group, [{ role: await roleId() }], await snapshots.read()));
    await administrator('root', { assignments: [await assignment({ kind: 'membership', target: group.id })] });
    await inDirectory('anna');
    expect(await groups.replaceAssignments(by, group.id, [], held.version)).toMatchObject(refused);
    expect(await groups.remove(by, group.id, held.version, { cascade: true })).toMatchObject(refused);
    await administrator('second');
    done(await groups.replaceAssignments(by, group.id, [], held.version));
    expect((await users.findByTerm('root', { limit: 1 })).rows).toHaveLength(1);
  });

  test('is nothing that a realm must have: one that has only administrators of a directory goes on', async () => {
    done(await connect(undefined));
    const anna = await inDirectory('anna');
    const hanna = await inDirectory('hanna');
    done(await change({ domains: [enforced()] }));
    done(await realm.parts.users.remove(by, hanna.id));
    done(await change({ enabled: false }));
    expect(await realm.parts.users.remove(by, anna.id)).toMatchObject({
      refusal: { problems: [{ code: 'last-administrator' }] },
    });
  });

  test('is kept for users as for the command line, and each is told what to do', async () => {
    const root = await administrator('root@corp.test');
    const actor = { kind: 'user', id: root.id, requestId: 'r' } as const;
    const made = await realm.parts.connectors.create(actor, connectorOf({ id: 'corp', domains: [enforced()] }));
    expect(made).toMatchObject(refused);
    const [problem] = !made.ok && 'problems' in made.refusal ? made.refusal.problems : [];
    expect(problem?.path).toEqual(['domains']);
    expect(problem && sentence(problem, 'en')).toContain('Keep one in primary, with a password');
    expect(problem && sentence(problem, 'de')).toContain('Behalten Sie jemanden in primary, mit Passwort');
  });

  test('stays of two changes at the same moment', async () => {
    const { users } = realm.parts;
    for (let round = 0; round < 3; round++) {
      const both = [await administrator(`a${round}@corp.test`), await administrator(`b${round}`)] as const;
      await inDirectory(`c${round}`);
      const others = (await users.listByRole(await roleId(), { limit: 100 })).rows.filter(
        ({ id, userstore }) => userstore === 'primary' && !both.some((one) => one.id === id),
      );
      for (const { id } of others) done(await users.remove(by, id));
      const outcomes = await Promise.all(both.map(({ id }) => users.moveTo(by, id, 'corp', { subject: newId() })));
      expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
    }
  });
});
