import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bring, emptyRealm, type EmptyRealm } from './realm.js';

// Another file keeps these, so that a file that does not name them takes nothing back.
const THERE = `name: there
roles:
  - { name: payer }
  - { name: checker }
  - { name: buyer, excludes: [seller] }
  - { name: seller }
  - { name: clerk, includes: [seller] }
groups:
  - { name: staff, roles: [clerk] }
  - { name: crew }
  - { name: company }
users:
  - { username: ada, groups: [crew], roles: [payer, checker] }
  - { username: bob, groups: [staff] }
  - { username: cleo, groups: [crew], roles: [buyer] }
`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, a realm file', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    expect(await bring(realm.parts, THERE, { makeSecrets: true })).toEqual([]);
  });
  afterAll(() => realm.close());

  const MORE = `resourceServers: [{ identifier: https://new.example, name: New, permissions: [{ name: 'a:read' }] }]\n`;
  /** The state after all of it was written. */
  const whole = async () => {
    const { parts } = realm;
    const names = async (page: Promise<{ rows: readonly object[] }>) => JSON.stringify((await page).rows);
    return [
      await names(parts.users.list({ limit: 1000 })),
      await names(parts.groups.list({ limit: 1000 })),
      await names(parts.clients.list({ limit: 1000 })),
      JSON.stringify([...(await parts.roles.all()).values()]),
      JSON.stringify([...(await parts.resourceServers.all()).values()]),
    ];
  };

  test.each<[string, string, string]>([
    [
      'one of its users would hold two roles that exclude each other',
      `users:
  - { username: kim }
  - { username: lea, roles: [buyer] }
  - { username: mia, groups: [crew] }
  - { username: nina, roles: [payer, buyer, clerk] }
`,
      '6 users[3].roles[2]: Nobody may hold both buyer and seller in the role clerk: the two roles exclude each other.',
    ],
    [
      'one of its users who is there would, by a group',
      'users: [{ username: bob, roles: [checker] }, { username: cleo, groups: [company, staff] }]\n',
      '2 users[1].groups[1]: Nobody may hold both buyer and seller in the role clerk through the group staff: the two roles exclude each other.',
    ],
    [
      'somebody of whom it says nothing holds both of two that exclude each other by it',
      'roles: [{ name: newcomer }, { name: checker, excludes: [payer] }]\n',
      '2 roles[1].excludes: Nobody may hold both checker and payer, and ada would: the two roles exclude each other.',
    ],
    [
      'somebody would by what a role includes by it',
      'roles: [{ name: payer, includes: [seller] }, { name: checker, includes: [buyer] }]\n',
      '2 roles[1].includes: Nobody may hold both buyer in the role checker and seller in the role payer, and ada would: the two roles exclude each other.',
    ],
    [
      'somebody would by what it gives to a group',
      'groups: [{ name: crew, roles: [checker, clerk] }]\n',
      '2 groups[0].roles[1]: Nobody may hold both buyer and seller in the role clerk through the group crew, and cleo would: the two roles exclude each other.',
    ],
    [
      'somebody would by the group that it puts above another',
      'groups: [{ name: upper, roles: [seller] }, { name: crew, groups: [company, upper] }]\n',
      '2 groups[1].groups[1]: Nobody may hold both buyer and seller through the group upper, and cleo would',
    ],
    [
      'a client of its own would',
      'clients: [{ id: robot, name: Robot, authentication: none, redirectUris: [https://r.example/cb], roles: [clerk, buyer] }]\n',
      '2 clients[0].roles[1]: Nobody may hold both buyer and seller in the role clerk',
    ],
    [
      'one role would bring both',
      'roles: [{ name: chief, includes: [buyer, clerk] }]\n',
      '2 roles[0]: Role chief would bring both buyer and seller, and the two exclude each other.',
    ],
  ])('is refused whole where %s', async (_what, text, problem) => {
    const [before, writes] = [await whole(), realm.gate.writes];
    expect(await bring(realm.parts, MORE + text, { makeSecrets: true })).toEqual([expect.stringContaining(problem)]);
    expect(await whole()).toEqual(before);
    expect(realm.gate.writes).toBe(writes);
  });

  test('is refused whole on a realm where none of it was before', async () => {
    const { parts, gate, close } = await emptyRealm(kind);
    const writes = gate.writes;
    const text = THERE.replace('roles: [buyer]', 'roles: [buyer, seller]');
    expect(await bring(parts, text, { makeSecrets: true })).toEqual([
      expect.stringContaining('15 users[2].roles[1]: Nobody may hold both buyer and seller'),
    ]);
    expect([gate.writes, await parts.identifiers.findUser('ada')]).toEqual([writes, undefined]);
    await close();
  });

  test('may move what one role includes to another, in whatever order it names them', async () => {
    // Taken in its order olga would hold both for a moment, and the two would include one another.
    expect(
      await bring(realm.parts, 'users: [{ username: olga, roles: [buyer, payer] }]\n', { makeSecrets: true }),
    ).toEqual([]);
    const text = `
roles:
  - { name: payer, includes: [clerk] }
  - { name: clerk, includes: [] }
  - { name: seller, includes: [payer] }
`;
    expect(await bring(realm.parts, text, { makeSecrets: true })).toEqual([]);
    const ids = async (name: string) => (await realm.parts.roles.findByName(name))?.id;
    expect((await realm.parts.roles.findByName('payer'))?.includes).toEqual([await ids('clerk')]);
    expect((await realm.parts.roles.findByName('clerk'))?.includes).toEqual([]);
    const writes = realm.gate.writes;
    expect(await bring(realm.parts, text, { makeSecrets: true })).toEqual([]);
    expect(realm.gate.writes).toBe(writes);
    // Assignments that the file no longer mentions stay; an empty list removes them.
    expect(await bring(realm.parts, 'roles: [{ name: payer }]\n', { makeSecrets: true })).toEqual([]);
    expect((await realm.parts.roles.findByName('payer'))?.includes).toEqual([await ids('clerk')]);
    expect(await bring(realm.parts, 'roles: [{ name: payer, includes: [] }]\n', { makeSecrets: true })).toEqual([]);
    expect((await realm.parts.roles.findByName('payer'))?.includes).toEqual([]);
  });
});
