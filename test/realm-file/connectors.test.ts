import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectors } from '../../src/federation/connectors/connector.js';
import { operationLines } from '../../src/realm-file/describe/describe.js';
import { connectorOf, testKind } from '../federation/connectors/test-kind.js';
import { bring, by, emptyRealm, type EmptyRealm, planOf } from './realm.js';

const SECRET = 'the password of the service account';
const FILE = `
roles:
  - { name: seller }
connectors:
  - id: corp
    displayName: Example Corp
    kind: test
    preset: common
    order: 10
    domains: [{ name: corp.example, enforce: true }]
    connection: { server: 'ldaps://directory.example' }
    subject: { names: [uid] }
    secret: \${CORP}
    mapping: { groups: [{ exact: sales, to: { role: seller } }] }
    provisioning: { mode: known }
    linking: trust-verified-email
    accessLasts: 7200
clients:
  - { id: shop, name: Shop, redirectUris: ['https://shop.example/cb'], authentication: none, connectors: [corp] }
`;
const entry = (id: string, more: string) =>
  `{ id: ${id}, displayName: Connector, kind: test, connection: { server: 'ldaps://d.example' }, ${more} }`;
const entries = (...all: readonly string[]) => `connectors: [${all.join(', ')}]`;

describe.each(['sqlite', 'mongodb'] as const)('a realm file on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
  });
  afterAll(() => realm.close());

  async function changes(text: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const lines: string[] = [];
    expect(await bring(realm.parts, text, { env, onChange: (line) => lines.push(line) })).toEqual([]);
    return lines;
  }
  const domainsOf = async (id: string) => (await realm.parts.connectors.get(id))?.domains.map(({ name }) => name);

  test('makes a connector before the clients that offer it, and applied again changes nothing', async () => {
    expect(await changes(FILE, { CORP: SECRET })).toEqual([
      'Role seller created.',
      'Connector corp created.',
      'Client shop created.',
      expect.stringContaining('Connector corp: domains changed'),
    ]);
    expect(await realm.parts.connectors.get('corp')).toMatchObject({
      ...{ order: 10, linking: 'trust-verified-email', accessLasts: 7200, recheckAfter: 900, enabled: true },
      provisioning: { mode: 'known', update: 'always' },
    });
    expect(await realm.parts.realm.of(connectors).get('corp')).toMatchObject({ secret: SECRET });
    const before = realm.gate.writes;
    expect(await changes(FILE, { CORP: SECRET })).toEqual([]);
    expect(realm.gate.writes).toBe(before);
  });

  test('lets the domain of an administrator be enforced only if another way in remains, which it may give itself', async () => {
    const users = (name: string, entry: string) => `name: ${name}\nusers: [${entry}]`;
    const enforcing = entries(entry('way', 'domains: [{ name: way.example, enforce: true }]'));
    const env = { ROOT: 'a password of root', BACKUP: 'a password of backup' };
    await changes(users('first', "{ username: root@way.example, roles: [administrator], password: '${ROOT}' }"), env);
    const refused = [expect.stringContaining('No administrator could sign in any more')];
    expect(await bring(realm.parts, `name: way\n${enforcing}`)).toEqual(refused);
    expect(await realm.parts.connectors.get('way')).toBeUndefined();
    const backup = "{ username: backup, roles: [administrator], password: '${BACKUP}' }";
    const said = await changes(`${users('second', backup)}\n${enforcing}`, env);
    expect(said.at(-1)).toContain('Connector way: domains changed');
    expect(await realm.parts.connectors.get('way')).toMatchObject({ domains: [{ enforce: true }] });
    expect(await bring(realm.parts, users('second', '{ username: backup, roles: [] }'))).toEqual(refused);
  });

  test('changes what it names, field by field, and leaves the rest', async () => {
    const text = FILE.replace('order: 10', 'order: 20').replace('corp.example,', 'corp.example.org,');
    const lines = ['Connector corp: domains changed', 'Connector corp: order changed.', 'Connector corp: secret set.'];
    const said = await changes(text, { CORP: 'another' });
    for (const line of lines) expect(said).toContainEqual(expect.stringContaining(line));
    expect(await realm.parts.realm.of(connectors).get('corp')).toMatchObject({ secret: 'another', order: 20 });
    expect(await changes(`connectors: [{ id: corp, displayName: Renamed, kind: test }]`)).toEqual([
      'Connector corp: displayName changed.',
    ]);
    expect(await realm.parts.realm.of(connectors).get('corp')).toMatchObject({ secret: 'another', order: 20 });
  });

  test('replaces connection, subject and mapping as a whole', async () => {
    await changes(entries(entry('whole', 'subject: { names: [cn] }, mapping: { groups: [] }')));
    await changes(
      `connectors: [{ id: whole, displayName: Connector, kind: test, connection: { server: 'ldaps://e.example', timeouts: { connect: 1, read: 1 } } }]`,
    );
    await changes(
      `connectors: [{ id: whole, displayName: Connector, kind: test, connection: { server: 'ldaps://f.example' } }]`,
    );
    expect(await realm.parts.connectors.get('whole')).toMatchObject({
      connection: { server: 'ldaps://f.example' },
      subject: { names: ['cn'] },
    });
    expect((await realm.parts.connectors.get('whole'))?.connection).not.toHaveProperty('timeouts');
  });

  test('moves domains from one connector to another, and exchanges them', async () => {
    const pair = (a: string, b: string) => entries(entry('a', `domains: [${a}]`), entry('b', `domains: [${b}]`));
    const [x, y] = ['{ name: x.example }', '{ name: y.example }'];
    await changes(pair(`${x}, ${y}`, ''));
    await changes(pair('', `${x}, ${y}`));
    expect([await domainsOf('a'), await domainsOf('b')]).toEqual([[], ['x.example', 'y.example']]);
    await changes(pair(x, y));
    await changes(pair(y, x));
    expect([await domainsOf('a'), await domainsOf('b')]).toEqual([['y.example'], ['x.example']]);
  });

  test('deletes none that it does not name, and lists it', async () => {
    await realm.parts.connectors.create(by, connectorOf({ id: 'by-hand' }));
    const plan = await planOf(realm.parts, 'roles: [{ name: seller }]');
    expect(plan.operations.flatMap(operationLines)).toEqual([]);
    expect(plan.notInFile).toContainEqual({ thing: 'connector', name: 'by-hand' });
  });

  test.each([
    ['settings that its kind refuses', entry('bad', 'subject: { names: [1] }'), 'connectors[0].subject.names[0]'],
    ['an unknown kind', '{ id: bad, displayName: Bad, kind: gopher }', 'connectors[0].kind'],
    ['an unknown preset', entry('bad', 'preset: odd'), 'connectors[0].preset'],
    [
      'an unknown role',
      entry('bad', 'mapping: { groups: [{ exact: x, to: { role: none } }] }'),
      'connectors[0].mapping',
    ],
    ['a domain of another', entry('bad', 'domains: [{ name: corp.example.org }]'), 'connectors[0].domains[0].name'],
    ['a secret in the clear', entry('bad', 'secret: hunter2'), 'connectors[0].secret'],
    ['a secret that does not exist', entry('bad', 'secret: "${NOWHERE}"'), 'connectors[0].secret'],
    ['an unknown field', entry('bad', 'host: x'), 'connectors[0].host'],
    ['our own userstore', entry('primary', ''), 'connectors[0].id'],
  ])('is refused with %s, at its place', async (_what, text, place) => {
    const [problem = '', ...more] = await bring(realm.parts, entries(text));
    expect(problem).toContain(place);
    expect(more).toEqual([]);
  });

  test('is refused with the same connector, or the same domain, twice', async () => {
    expect(await bring(realm.parts, entries(entry('a', ''), entry('a', '')))).toHaveLength(1);
    const domains = 'domains: [{ name: z.example }]';
    expect(await bring(realm.parts, entries(entry('c', domains), entry('d', domains)))).toHaveLength(2);
  });

  test('knows the roles that it makes itself, with the permissions that they get there', async () => {
    const roles = (permission: string) =>
      `roles: [{ name: own-${permission}, policies: [{ resourceServer: 'urn:gatehouse:api', permission: 'users:${permission}' }] }]\n`;
    const listed = (name: string) =>
      entries(entry('lists', `mapping: { groups: [{ prefix: r-, to: { role: '${name}' }, for: ['${name}'] }] }`));
    const [problem = ''] = await bring(realm.parts, roles('read') + listed('own-read'));
    expect(problem).toContain('users:read at Gatehouse itself');
    const named = entries(entry('names', "mapping: { groups: [{ exact: r, to: { role: 'own-write' } }] }"));
    expect(await bring(realm.parts, roles('write') + named)).toEqual([]);
  });
});
