/** One rule: what a file names is as the file says, as a whole. */
import bcrypt from 'bcrypt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { assign } from '../../src/access/model/assign.js';
import { bring, by, emptyRealm, type EmptyRealm, planOf } from './realm.js';

const ORDERS = 'https://orders.example';
const SERVER = `resourceServers: [{ identifier: '${ORDERS}', name: Orders, permissions: [{ name: 'orders:read' }, { name: 'orders:write' }] }]\n`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, a realm file', (kind) => {
  let realm: EmptyRealm;
  let changes: string[];
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());
  beforeEach(() => {
    changes = [];
  });

  const apply = (text: string) =>
    bring(realm.parts, text, { makeSecrets: true, onChange: (line) => changes.push(line) });
  const nothingLeft = async (text: string): Promise<void> => {
    const writes = realm.gate.writes;
    changes = [];
    expect(await apply(text)).toEqual([]);
    expect([changes, realm.gate.writes]).toEqual([[], writes]);
  };
  const user = async (username: string) => {
    const found = await realm.parts.identifiers.findUser(username);
    if (!found) throw new Error(`There is no ${username}.`);
    return found;
  };
  const names = async () => {
    const { roles, groups } = await realm.parts.snapshots.read();
    return new Map([...roles.values(), ...groups.values()].map(({ id, name }) => [id, name]));
  };
  /** The direct assignments of a holder, each with its source. */
  const given = async ({ assignments }: { readonly assignments: Awaited<ReturnType<typeof user>>['assignments'] }) => {
    const known = await names();
    return assignments
      .map(({ target, source }) => `${known.get(target) ?? target}${source ? ` by ${source.id}` : ''}`)
      .sort();
  };
  const role = async (name: string) => {
    const found = await realm.parts.roles.findByName(name);
    if (!found) throw new Error(`There is no role ${name}.`);
    return found;
  };
  const giveByHand = async (username: string, name: string) => {
    const { users, snapshots } = realm.parts;
    await assign(by, users, await user(username), [{ role: (await role(name)).id }], await snapshots.read());
  };

  test('takes the hash of a password that another program made, once, and never beside a password', async () => {
    const hash = bcrypt.hashSync('gravel and thunder', 4).replace(/^\$2b/, '$2y');
    const file = `users: [{ username: migrated, passwordHash: ${JSON.stringify(hash)} }]`;
    await apply(file);
    const { id } = await user('migrated');
    expect(await realm.parts.passwords.has(id)).toBe(true);
    await nothingLeft(file);
    expect(await apply('users: [{ username: migrated, passwordHash: nonsense }]')).toEqual([
      expect.stringMatching(/^1 users\[0\]\.passwordHash: The hash is not taken: it must be bcrypt/),
    ]);
    expect(
      await apply(`users: [{ username: migrated, password: '\${X}', passwordHash: ${JSON.stringify(hash)} }]`),
    ).toEqual(['1 users[0].passwordHash: A user has a password or a hash of one, not both.']);
  });

  test('makes many users at once, tells of each, and goes on where it was ended', async () => {
    const many = (count: number): string =>
      `users: [${Array.from({ length: count }, (_, at) => `{ username: many-${at} }`).join(', ')}]`;
    await bring(realm.parts, many(10), { makeSecrets: true, onPassword: () => undefined });
    const progress: string[] = [];
    const passwords: string[] = [];
    const problems = await bring(realm.parts, many(40), {
      makeSecrets: true,
      atOnce: 8,
      onPassword: (username) => passwords.push(username),
      onProgress: (done, all) => progress.push(`${done}/${all}`),
    });
    expect(problems).toEqual([]);
    expect(passwords.sort()).toEqual(Array.from({ length: 30 }, (_, at) => `many-${at + 10}`).sort());
    expect(progress).toEqual(Array.from({ length: 30 }, (_, at) => `${at + 1}/30`));
    await nothingLeft(many(40));
  });

  test('chooses the id of somebody who is made, and never changes it', async () => {
    await apply('users: [{ username: chosen, id: chosen-1 }]');
    expect((await user('chosen')).id).toBe('chosen-1');
    await nothingLeft('users: [{ username: chosen, id: chosen-1 }]');
    const problems = ['1 users[0].id: chosen has the id chosen-1, which never changes.'];
    expect(await apply('users: [{ username: chosen, id: chosen-2 }]')).toEqual(problems);
  });

  test('takes back what it no longer names, of users, groups and clients, and leaves what others gave', async () => {
    const things = `name: staff
roles: [{ name: seller }, { name: buyer }, { name: extra }]
groups: [{ name: shop%groups%%staff }, { name: firm }]
clients: [{ id: robot, name: Robot, authentication: none, redirectUris: ['https://r.example/cb']%client% }]
`;
    const file = (groups: string, client: string, staff: string, users: string): string =>
      things.replace('%groups%', groups).replace('%client%', client).replace('%staff', staff) + users;
    const first = file(
      ', groups: [firm]',
      ', roles: [seller]',
      ', roles: [buyer]',
      'users: [{ username: ada, roles: [seller, buyer], groups: [shop] }, { username: bob, roles: [seller] }]\n',
    );
    expect(await apply(first)).toEqual([]);
    await nothingLeft(first);
    await giveByHand('ada', 'extra');
    await giveByHand('bob', 'extra');
    expect(
      await apply(
        'name: other\nusers: [{ username: ada, roles: [extra, buyer] }, { username: bob, groups: [firm] }]\n',
      ),
    ).toEqual([]);
    changes = [];

    const second = file(
      ', groups: []',
      ', roles: []',
      ', roles: []',
      'users: [{ username: ada, roles: [seller], groups: [] }]\n',
    );
    expect(await apply(second)).toEqual([]);
    expect(changes.sort()).toEqual([
      'Client robot: role seller removed.',
      'Group shop: group firm removed.',
      'Group shop: role buyer removed.',
      'User ada: group shop removed.',
      'User ada: role buyer removed.',
      'User bob: role seller removed.',
    ]);
    // `other` took `extra` over at its first run, since it was given by hand, and gave its own `buyer` beside that of `staff`.
    expect(await given(await user('ada'))).toEqual(['buyer by other', 'extra by other', 'seller by staff']);
    expect(await given(await user('bob'))).toEqual(['extra', 'firm by other']);
    await nothingLeft(second);
  });

  test('says of each that it names what others gave, and of things that it does not name that they are there', async () => {
    const { notInFile, ignored } = await planOf(
      realm.parts,
      'name: staff\nroles: [{ name: seller }]\nusers: [{ username: ada }]\n',
    );
    const shown = notInFile.map(({ thing, name, message }) => `${thing} ${name}${message ? ` ${message}` : ''}`);
    expect(shown).toEqual(
      expect.arrayContaining([
        'role buyer',
        'role extra',
        'group firm',
        'client robot',
        'user ada has role extra, kept by the realm file other.',
      ]),
    );
    expect(shown.filter((line) => /administrator|everyone|seller|gatehouse/.test(line))).toEqual([]);
    expect(ignored).toEqual([]);
  });

  test('keeps a field that it does not name, and takes back all that it gave with an empty one', async () => {
    const file = (more: string): string =>
      `name: fields\nroles: [{ name: fa }, { name: fb }]\nusers: [{ username: fay${more} }]\n`;
    await apply(file(', roles: [fa, fb], permissions: []'));
    await apply(file(', groups: []'));
    expect(await given(await user('fay'))).toEqual(['fa by fields', 'fb by fields']);
    await apply(file(', roles: []'));
    expect(await given(await user('fay'))).toEqual([]);
  });

  test('takes over an equal assignment that was given by hand, says so once, and takes that back later', async () => {
    const file = (more: string): string =>
      `name: adopts\nroles: [{ name: helper }]\nusers: [{ username: gil${more} }]\n`;
    await apply(file(''));
    await giveByHand('gil', 'helper');
    const [held] = (await user('gil')).assignments;
    changes = [];
    expect(await apply(file(', roles: [helper]'))).toEqual([]);
    expect(changes).toEqual(['User gil: role helper is kept by this file from now on; host:tests had given it.']);
    expect((await user('gil')).assignments).toEqual([{ ...held, source: { kind: 'file', id: 'adopts' } }]);
    await nothingLeft(file(', roles: [helper]'));
    await apply(file(', roles: []'));
    expect((await user('gil')).assignments).toEqual([]);
  });

  test('moves a group, so that it is in one place only', async () => {
    const file = (above: string): string =>
      `name: moves\ngroups: [{ name: north }, { name: south }, { name: mobile, groups: [${above}] }]\nusers: [{ username: hal, groups: [mobile] }]\n`;
    await apply(file('north'));
    expect(await apply(file('south'))).toEqual([]);
    const mobile = await realm.parts.groups.findByName('mobile');
    expect(await given(mobile ?? { assignments: [] })).toEqual(['south by moves']);
    const known = await names();
    expect((await user('hal')).within.map((id) => known.get(id)).sort()).toEqual(['mobile', 'south']);
    await nothingLeft(file('south'));
  });

  test('renames a role and a group, which their holders keep, and exclusions with them', async () => {
    const file = (roles: string, groups: string, more: string): string =>
      `name: renames\nroles: [${roles}]\ngroups: [${groups}]\nusers: [{ username: ina, ${more} }]\n`;
    await apply(
      file(
        '{ name: payer, excludes: [checker] }, { name: checker }',
        '{ name: desk }',
        'roles: [payer], groups: [desk]',
      ),
    );
    const [before, desk] = [await role('payer'), await realm.parts.groups.findByName('desk')];
    await giveByHand('fay', 'payer');
    changes = [];
    const renamed = file(
      '{ name: disburser, renamedFrom: payer }, { name: checker }',
      '{ name: counter, renamedFrom: desk }',
      'roles: [disburser], groups: [counter]',
    );
    expect(await apply(renamed)).toEqual([]);
    expect(changes).toEqual(['Role disburser renamed, from payer.', 'Group counter renamed, from desk.']);
    expect((await role('disburser')).id).toBe(before.id);
    expect((await realm.parts.groups.findByName('counter'))?.id).toBe(desk?.id);
    expect(await realm.parts.roles.findByName('payer')).toBeUndefined();
    expect(await given(await user('fay'))).toEqual(['disburser']);
    await nothingLeft(renamed);
    expect(await apply(renamed.replace('roles: [disburser]', 'roles: [disburser, checker]'))).toEqual([
      expect.stringContaining('Nobody may hold both disburser and checker'),
    ]);
    // The name that it had names nothing any more.
    expect(await apply(renamed.replace('roles: [disburser]', 'roles: [payer]'))).toEqual([
      expect.stringContaining('There is no role payer'),
    ]);
  });

  test('renames a client, which roles that count in it alone name from then on', async () => {
    const file = (client: string, id: string): string =>
      `name: apps\nclients: [{ ${client}, name: Till, authentication: none, redirectUris: ['https://t.example/cb'], roles: [cashier] }]\nroles: [{ name: cashier }, { name: guest, audience: { client: ${id} } }]\n`;
    await apply(file('id: till', 'till'));
    changes = [];
    const renamed = file('id: counter, renamedFrom: till', 'counter');
    expect(await apply(renamed)).toEqual([]);
    expect(changes).toEqual(['Client counter renamed, from till.']);
    expect(await realm.parts.clients.get('till')).toBeUndefined();
    expect(await given((await realm.parts.clients.get('counter')) ?? { assignments: [] })).toEqual(['cashier by apps']);
    expect((await role('guest')).audience).toEqual({ client: 'counter' });
    await nothingLeft(renamed);
  });

  test('renames one thing to the name that another gives up', async () => {
    const first = 'name: chain\nroles: [{ name: level1 }, { name: level2 }]\n';
    await apply(first);
    const [one, two] = [await role('level1'), await role('level2')];
    const second =
      'name: chain\nroles: [{ name: level2, renamedFrom: level1 }, { name: level3, renamedFrom: level2 }]\n';
    expect(await apply(second)).toEqual([]);
    expect([(await role('level2')).id, (await role('level3')).id]).toEqual([one.id, two.id]);
    await nothingLeft(second);
  });

  test('lets two roles that exclude each other change places, each person in one commit', async () => {
    const file = (one: string, other: string): string =>
      `name: swaps\nroles: [{ name: maker, excludes: [judge] }, { name: judge }]\nusers: [{ username: jan, roles: [${one}] }, { username: kim, roles: [${other}] }]\n`;
    await apply(file('maker', 'judge'));
    const writes = realm.gate.writes;
    expect(await apply(file('judge', 'maker'))).toEqual([]);
    expect([await given(await user('jan')), await given(await user('kim'))]).toEqual([
      ['judge by swaps'],
      ['maker by swaps'],
    ]);
    expect(realm.gate.writes - writes).toBe(2);
  });

  test('lets one role exclude another from whoever it takes that from', async () => {
    const file = (roles: string, more: string): string =>
      `name: parts\nroles: [${roles}]\nusers: [{ username: lou, roles: [${more}] }]\n`;
    await apply(file('{ name: writer }, { name: editor }', 'writer, editor'));
    expect(await apply(file('{ name: writer, excludes: [editor] }, { name: editor }', 'editor'))).toEqual([]);
    expect(await given(await user('lou'))).toEqual(['editor by parts']);
  });

  test('takes along what leads to a permission that it removes, so that it does not come back', async () => {
    const declare = (permissions: string, more = ''): string =>
      `name: orders\nresourceServers: [{ identifier: '${ORDERS}', name: Orders, permissions: [${permissions}] }]\n${more}`;
    const both = "{ name: 'orders:read' }, { name: 'orders:write' }";
    await apply(
      declare(
        both,
        `roles: [{ name: scribe, policies: [{ resourceServer: '${ORDERS}', permission: 'orders:write' }, { resourceServer: '${ORDERS}', permission: orders }] }]\n`,
      ),
    );
    await giveByHand('lou', 'scribe');
    await apply('name: hands\nusers: [{ username: max }]\n');
    const wanted = [{ resourceServer: ORDERS, permission: 'orders:write' }];
    await assign(by, realm.parts.users, await user('max'), wanted, await realm.parts.snapshots.read());
    changes = [];
    expect(await apply(declare("{ name: 'orders:read' }"))).toEqual([]);
    expect(changes).toEqual([
      `Role scribe: policies changed (removed orders:write at ${ORDERS}).`,
      `User max: permission orders:write at ${ORDERS} removed.`,
      `Resource server ${ORDERS}: permissions changed (removed orders:write).`,
    ]);
    await nothingLeft(declare("{ name: 'orders:read' }"));
    await apply(declare(both));
    expect((await user('max')).assignments).toEqual([]);
    expect((await role('scribe')).policies.map(({ permission }) => permission)).toEqual(['orders']);
  });

  test('updates people where it owns what is known of them, and else says what it ignored', async () => {
    const file = (managed: string, name: string, more = ''): string =>
      `name: people\nusers: [{ username: nia, profile: { name: ${name} }, email: ${name}@example.com, attributes: [{ name: team, value: ${name} }]${managed} }]\n${more}`;
    await apply(file('', 'first'));
    const { ignored, operations } = await planOf(realm.parts, file('', 'second'));
    expect([operations, ignored]).toEqual([
      [],
      [
        {
          thing: 'user',
          name: 'nia',
          message: expect.stringMatching(/^profile, attributes, email differ from the file and stay/),
        },
      ],
    ]);
    await nothingLeft(file('', 'second'));
    expect((await user('nia')).profile).toEqual({ name: 'first' });
    for (const [managed, name, more] of [
      [', managed: true', 'second', ''],
      ['', 'third', 'managed: true\n'],
    ] as const) {
      expect(await apply(file(managed, name, more))).toEqual([]);
      const { profile, email, attributes } = await user('nia');
      expect({ profile, email, attributes }).toEqual({
        profile: { name },
        email: `${name}@example.com`,
        attributes: [{ name: 'team', value: name }],
      });
      await nothingLeft(file(managed, name, more));
    }
  });

  test('does not take the role administrator from the last who has it', async () => {
    const { users, roles } = realm.parts;
    const administrator = await roles.findByName('administrator');
    const file = (more: string): string => `name: last\nusers: [{ username: oda${more} }, { username: pia }]\n`;
    const limited =
      "[{ role: administrator, limitations: [{ kind: level, values: ['urn:gatehouse:acr:two-factor'] }] }]";
    await apply(file(`, roles: ${limited}`));
    expect(await apply(file(', roles: []'))).toEqual([
      expect.stringContaining('Nobody would be an administrator any more'),
    ]);
    await apply(file(', roles: [administrator]'));
    expect((await users.listByRole(administrator?.id ?? '', { limit: 10 })).rows).toHaveLength(1);
    expect(await apply(file(', roles: []'))).toEqual([
      expect.stringContaining('Nobody would be an administrator any more'),
    ]);
    expect(await apply(file(', roles: []').replace('pia', 'pia, roles: [administrator]'))).toEqual([]);
    expect(await given(await user('oda'))).toEqual([]);
  });

  test('gives a customer group in the place of one given by hand, and takes it back with null', async () => {
    const file = (more: string): string =>
      `name: customers\ngroups: [{ name: gold, type: customer-group }, { name: tin, type: customer-group }]\nusers: [{ username: ria${more} }]\n`;
    await apply(file(''));
    const { users, snapshots, groups } = realm.parts;
    const tin = await groups.findByName('tin');
    await assign(by, users, await user('ria'), [{ customerGroup: tin?.id ?? '' }], await snapshots.read());
    await apply(file(', customerGroup: gold'));
    expect(await given(await user('ria'))).toEqual(['gold by customers']);
    expect(await apply('name: rival\nusers: [{ username: ria, customerGroup: tin }]\n')).toEqual([
      expect.stringContaining('the realm file customers keeps another'),
    ]);
    await apply(file(', customerGroup: null'));
    expect(await given(await user('ria'))).toEqual([]);
  });

  test('is finished by the next run, wherever a run that moves and takes was killed', async () => {
    const before = `${SERVER}name: killed\nroles: [{ name: k1, policies: [{ resourceServer: '${ORDERS}', permission: 'orders:read' }] }, { name: k2 }]\ngroups: [{ name: kg, roles: [k1] }]\nusers: [{ username: sam, roles: [k1], groups: [kg] }, { username: tom, roles: [k2] }]\n`;
    const after = `${SERVER}name: killed\nroles: [{ name: k9, renamedFrom: k1, policies: [{ resourceServer: '${ORDERS}', permission: 'orders:write' }], excludes: [k2] }, { name: k2 }]\ngroups: [{ name: kg, roles: [k2] }]\nusers: [{ username: sam, roles: [k2], groups: [] }, { username: uma, roles: [k9] }]\n`;
    for (let at = 0; at < 8; at++) {
      expect(await apply(before.replaceAll('k9', 'k1'))).toEqual([]);
      realm.gate.failAfter(at);
      const killed = await apply(after).then(
        () => undefined,
        (error: unknown) => error,
      );
      realm.gate.failAfter(Infinity);
      if (killed) expect(await apply(after)).toEqual([]);
      await nothingLeft(after);
      expect([await given(await user('sam')), await given(await user('tom')), await given(await user('uma'))]).toEqual([
        ['k2 by killed'],
        [],
        ['k9 by killed'],
      ]);
      await apply(`name: killed\nroles: [{ name: k1, renamedFrom: k9, excludes: [] }, { name: k2 }]\n`);
    }
  });
});
