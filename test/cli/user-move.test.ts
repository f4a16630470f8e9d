import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import { findUser } from '../../src/cli/arguments/find-user.js';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import { moveCommand, readMoveCommand } from '../../src/cli/user/move-user.js';
import { ADMINISTRATOR } from '../../src/access/model/administrator.js';
import { assign } from '../../src/access/model/assign.js';
import { signOutEpochOf } from '../../src/sessions/sign-out-epoch.js';
import { connectorOf } from '../federation/connectors/test-kind.js';
import { directoryKind } from '../federation/connectors/directory-kind.js';
import { made } from '../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const password = { clear: 'a quiet morning', generated: false };

describe.each(['sqlite', 'mongodb'] as const)('a user who moves, on %s,', (store) => {
  const directory = directoryKind(['uuid-ada', 'uuid-bob', 'uuid-dora', 'uuid-root']);
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [directory.kind] });
    const { connectors, users } = realm.parts;
    made(await connectors.create(by, connectorOf({ id: 'corp' })));
    for (const username of ['ada', 'bob', 'dora']) made(await users.create(by, { username, password }));
  });
  afterAll(() => realm.close());

  async function move(...argv: string[]): Promise<string> {
    const lines: string[] = [];
    const command = readMoveCommand(argv);
    const user = await findUser(realm.parts, command.name);
    await moveCommand(realm.parts, by, command, user, { line: (text) => void lines.push(text) });
    return lines.join('\n');
  }
  const holders = async (name: string) =>
    Promise.all(['primary', 'corp'].map(async (at) => (await realm.parts.identifiers.holderOf(at, name))?.id));

  test('to a directory and back keeps id and link, and has exactly one way to prove the name', async () => {
    const { users, links, passwords, identifiers } = realm.parts;
    const before = await findUser(realm.parts, 'ada');
    made(await identifiers.setEmail(by, before.id, { address: 'ada@people.test', verified: true }));
    const told = await move('ada', '--to', 'corp', '--subject', 'uuid-ada');
    expect(told).toBe('ada lives in corp, has no password here, and is signed out everywhere.');
    expect([await holders('ada'), await holders('ada@people.test')]).toEqual(Array(2).fill([undefined, before.id]));
    expect(await passwords.has(before.id)).toBe(false);
    const there = await users.get(before.id);
    expect(there?.userstore).toBe('corp');
    expect(signOutEpochOf(there ?? {})).toBeGreaterThan(signOutEpochOf(before));
    expect(await links.of(before.id)).toMatchObject([{ connector: 'corp', subject: 'uuid-ada' }]);

    expect(await move('corp/ada', '--to', 'primary')).toMatch(
      /^Password of ada: \S+\nada lives in primary, is signed out everywhere, and chooses another password next\. Links stay\.$/,
    );
    expect([await holders('ada'), await holders('ada@people.test')]).toEqual(Array(2).fill([before.id, undefined]));
    expect(await passwords.has(before.id)).toBe(true);
    expect(await users.get(before.id)).toMatchObject({ userstore: 'primary', mustChangePassword: true });
    expect(await links.of(before.id)).toHaveLength(1);
  });

  test('needs a link to the directory, which exists there', async () => {
    await expect(move('bob', '--to', 'corp')).rejects.toThrow('has no link to corp');
    await expect(move('bob', '--to', 'corp', '--subject', 'uuid-typo')).rejects.toThrow('nobody there has this id');
    await expect(move('bob', '--to', 'nowhere')).rejects.toThrow('There is no connector nowhere');
    await expect(move('bob', '--to', 'primary')).rejects.toThrow('lives in primary already');
    const { links, users } = realm.parts;
    const { id } = await findUser(realm.parts, 'bob');
    expect(await users.moveTo(by, id, 'primary')).toMatchObject({ refusal: { code: 'invalid' } });
    made(await links.add(by, id, { connector: 'corp', issuer: '', subject: 'uuid-bob' }));
    await move('bob', '--to', 'corp');
    expect(await links.of(id)).toHaveLength(1);
    expect(await users.moveTo(by, id, 'primary')).toMatchObject({
      refusal: { problems: [{ code: 'move-needs-password' }] },
    });
  });

  test('takes no name and no account there that is somebody else’s, and then nothing has changed', async () => {
    const { users, passwords, links } = realm.parts;
    const theirs = { connector: 'corp', issuer: '', subject: 'uuid-other' };
    made(await users.create(by, { username: 'Dora', userstore: 'corp', link: theirs }));
    const dora = await findUser(realm.parts, 'dora');
    await expect(move('dora', '--to', 'corp', '--subject', 'uuid-dora')).rejects.toThrow('is in use already');
    const linked = await users.moveTo(by, dora.id, 'corp', { subject: 'uuid-other' });
    expect(linked.ok).toBe(false);
    made(await users.create(by, { username: 'erik', password }));
    await expect(move('erik', '--to', 'corp', '--subject', 'uuid-other', '--unchecked')).rejects.toThrow(
      'is linked to a user already',
    );
    for (const name of ['dora', 'erik']) {
      const { id, userstore } = await findUser(realm.parts, name);
      expect([userstore, await passwords.has(id), await links.of(id)]).toEqual(['primary', true, []]);
    }
  });

  test('moves although the password changes at the same time', async () => {
    const { users, passwords } = realm.parts;
    const { id } = made(await users.create(by, { username: 'gina', password }));
    await Promise.all([
      users.moveTo(by, id, 'corp', { subject: 'uuid-gina' }),
      passwords.set(by, id, { clear: 'another quiet morning', generated: false }),
    ]);
    expect((await users.get(id))?.userstore).toBe('corp');
  });

  test('leaves a record of the move and of the link', async () => {
    const { users } = realm.parts;
    const { id } = made(await users.create(by, { username: 'hana', password }));
    made(await users.moveTo(by, id, 'corp', { subject: 'uuid-hana' }));
    const { rows } = await realm.parts.realm
      .of(auditRecords)
      .find('bySubject', { subjectKind: 'user', subjectId: id }, { limit: 10 });
    const kinds = rows.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['user.moved', 'user.linked', 'user.created']));
  });

  test('is not the last administrator, whose password stays here', async () => {
    const { users, snapshots } = realm.parts;
    const snapshot = await snapshots.read();
    const role = [...snapshot.roles.values()].find(({ name }) => name === ADMINISTRATOR)?.id ?? '';
    const root = made(await users.create(by, { username: 'root', password }));
    made(await assign(by, users, root, [{ role }], snapshot));
    await expect(move('root', '--to', 'corp', '--subject', 'uuid-root')).rejects.toThrow(/administrator/i);
    const second = made(await users.create(by, { username: 'second', password }));
    made(await assign(by, users, second, [{ role }], await snapshots.read()));
    expect(await move('root', '--to', 'corp', '--subject', 'uuid-root')).toContain('lives in corp');
  });
});

test.each([
  [],
  ['ada'],
  ['ada', 'bob', '--to', 'corp'],
  ['ada', '--to', 'primary', '--subject', 'x'],
  ['ada', '--to', 'corp', '--permanent'],
  ['ada', '--to', 'corp', '--subject', ''],
])('%j is not understood', (...argv: string[]) => {
  expect(() => readMoveCommand(argv)).toThrow(NotUnderstood);
});
