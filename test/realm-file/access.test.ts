import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bring, emptyRealm, type EmptyRealm } from './realm.js';

let realm: EmptyRealm;
beforeAll(async () => {
  realm = await emptyRealm();
});
afterAll(() => realm.close());

const ORDERS = `resourceServers:
  - identifier: https://orders.example
    name: Orders
    permissions: [{ name: 'orders:read' }, { name: 'orders:write' }]
`;
const role = (more: string): string => `${ORDERS}roles:\n  - name: seller\n${more}`;
const policy = (more: string): string =>
  role(`    policies:\n      - resourceServer: https://orders.example\n        permission: orders:read\n${more}`);
const user = (more: string): string => `${role('')}users:\n  - username: ada\n${more}`;

describe('a realm file is refused, with line and field, for', () => {
  test.each<[string, string, string]>([
    [
      'a limitation that nobody knows',
      policy('        limitations: [{ kind: tme, values: [x] }]\n'),
      '10 roles[0].policies[0].limitations[0].kind: There is no limitation "tme"; did you mean time?',
    ],
    [
      'a value that is none',
      policy('        limitations: [{ kind: network, values: [10.0.0.0/40] }]\n'),
      '10 roles[0].policies[0].limitations[0].values[0]: "10.0.0.0/40" is neither an address nor a range',
    ],
    [
      'an expression that can not be read',
      policy('        limitations: [{ kind: expression, values: ["resource.amount <"] }]\n'),
      '10 roles[0].policies[0].limitations[0].values[0]: This is no expression that can be used: ',
    ],
    [
      'a limitation by a group that is not there',
      policy('        limitations: [{ kind: group, values: [sale] }]\ngroups: [{ name: sales }]\n'),
      '10 roles[0].policies[0].limitations[0].values[0]: There is no group sale; did you mean sales?',
    ],
    [
      'a wildcard that matches nothing',
      policy('').replace('permission: orders:read', "permission: 'stock:*'"),
      '9 roles[0].policies[0].permission: There is no permission of https://orders.example called stock:*',
    ],
    [
      'an implication of nothing',
      ORDERS.replace(
        '    name: Orders',
        "    name: Orders\n    implications: [{ permission: 'x:*', implies: ['orders'] }]",
      ),
      '4 resourceServers[0].implications[0].permission: x:* matches no declared permission.',
    ],
    [
      'implications in a circle',
      `resourceServers:
  - identifier: https://orders.example
    name: Orders
    permissions: [{ name: 'a:x' }, { name: 'b:y' }]
    implications: [{ permission: 'a:*', implies: ['b'] }, { permission: 'b', implies: ['*:x'] }]
`,
      '4 resourceServers[0].permissions: These imply one another in a circle: a:x -> b:y -> a:x.',
    ],
    [
      'an included role that is not there',
      role('    includes: [reader]\n'),
      '7 roles[0].includes[0]: There is no role reader',
    ],
    ['an audience of two kinds', role('    audience: { client: a, resourceServer: b }\n'), '7 roles[0].audience'],
    [
      'a role given until a moment without a zone',
      user('    roles: [{ role: seller, validUntil: 2030-01-01T00:00:00 }]\n'),
      '9 users[0].roles[0].validUntil: A moment is written with its zone',
    ],
    [
      'what ends before it begins',
      user('    roles: [{ role: seller, validFrom: 2030-01-01T00:00:00Z, validUntil: 2029-01-01T00:00:00Z }]\n'),
      '9 users[0].roles[0].validUntil: It ends before it begins.',
    ],
    [
      'a field of what is given that is none',
      user('    roles: [{ role: seller, until: 2030-01-01T00:00:00Z }]\n'),
      '9 users[0].roles[0].until: There is no such field',
    ],
    [
      'a customer group that is not there',
      user('    customerGroup: gold\n'),
      '9 users[0].customerGroup: There is no group gold',
    ],
    ['a segment without a rule', 'groups: [{ name: vips, type: segment }]\n', '1 groups[0].rule: A segment has a rule'],
    [
      'a rule that can not be read',
      'groups: [{ name: vips, type: segment, rule: "x ==" }]\n',
      '1 groups[0].rule: This is no expression',
    ],
    [
      'a rule of what is no segment',
      'groups: [{ name: vips, rule: "true" }]\n',
      '1 groups[0].rule: Only a segment has a rule',
    ],
  ])('%s', async (_what, text, problem) => {
    expect(await bring(realm.parts, text, { makeSecrets: true })).toEqual([expect.stringContaining(problem)]);
  });
});

const apply = (text: string): Promise<string[]> => bring(realm.parts, text, { makeSecrets: true });

describe('what a realm file gives', () => {
  const assignmentsOf = async (username: string) =>
    (await realm.parts.identifiers.findUser(username))?.assignments ?? [];

  test('is given once, and anew where the file says something else of it', async () => {
    const text = (until: string) =>
      `${ORDERS}roles: [{ name: seller }]\nusers:\n  - username: bob\n    roles: [{ role: seller, validUntil: ${until}, reason: trial }]\n`;
    expect(await apply(text('2030-01-01T00:00:00Z'))).toEqual([]);
    const [first, ...more] = await assignmentsOf('bob');
    expect([first?.validUntil, first?.reason, more]).toEqual([Date.parse('2030-01-01T00:00:00Z'), 'trial', []]);
    const writes = realm.gate.writes;
    expect(await apply(text('2030-01-01T00:00:00Z'))).toEqual([]);
    expect(realm.gate.writes).toBe(writes);
    expect(await apply(text('2031-01-01T00:00:00+01:00'))).toEqual([]);
    expect((await assignmentsOf('bob')).map(({ validUntil }) => validUntil)).toEqual([
      Date.parse('2030-12-31T23:00:00Z'),
    ]);
  });

  test('is a customer group in the place of the one before', async () => {
    const text = (group: string) =>
      `groups: [{ name: gold, type: customer-group }, { name: silver, type: customer-group }]\nusers: [{ username: cleo, customerGroup: ${group} }]\n`;
    await apply(text('gold'));
    await apply(text('silver'));
    const silver = await realm.parts.groups.findByName('silver');
    expect((await assignmentsOf('cleo')).map(({ kind, target }) => [kind, target])).toEqual([
      ['customer-group', silver?.id],
    ]);
  });

  test('is named by an alias of a role too, and a role may name one that the file says later', async () => {
    expect(
      await apply(
        'roles: [{ name: lead, aliases: [boss], includes: [hand] }, { name: hand }]\nusers: [{ username: dan, roles: [boss] }]\n',
      ),
    ).toEqual([]);
    const lead = await realm.parts.roles.findByName('boss');
    const hand = await realm.parts.roles.findByName('hand');
    expect([lead?.name, lead?.includes]).toEqual(['lead', [hand?.id]]);
    expect((await assignmentsOf('dan')).map(({ target }) => target)).toEqual([lead?.id]);
  });

  test.each([
    [
      'roles that include one another',
      'roles: [{ name: one, includes: [two] }, { name: two, includes: [one] }]\n',
      /circle: two > one > two/,
    ],
    [
      'an alias that is another role',
      'roles: [{ name: three }, { name: four, aliases: [three] }]\n',
      /three is another name|three/,
    ],
    [
      'two roles of one person that exclude each other',
      'roles: [{ name: payer, excludes: [checker] }, { name: checker }]\nusers: [{ username: eve, roles: [payer, checker] }]\n',
      /^2 users.0..roles.1.: Nobody may hold both payer and checker/,
    ],
    [
      'the same through a group and an included role',
      'roles: [{ name: payer, excludes: [checker] }, { name: checker }, { name: chief, includes: [checker] }]\ngroups: [{ name: payers, roles: [payer] }]\nusers: [{ username: finn, groups: [payers], roles: [chief] }]\n',
      /payer through the group payers and checker in the role chief/,
    ],
    [
      'two such roles whose times meet, however briefly, the one through a group',
      'roles: [{ name: payer, excludes: [checker] }, { name: checker }]\ngroups: [{ name: payers, roles: [{ role: payer, validFrom: 2090-01-01T00:00:00Z }] }]\nusers: [{ username: kim, groups: [{ group: payers, validUntil: 2090-06-01T00:00:00Z }], roles: [{ role: checker, validFrom: 2090-05-31T23:59:59Z }] }]\n',
      /payer through the group payers and checker/,
    ],
    [
      'a role that excludes what everybody has',
      'roles: [{ name: lone, excludes: [everyone] }]\n',
      /Everybody has the role everyone/,
    ],
    [
      'a membership in a segment',
      'groups: [{ name: seg, type: segment, rule: "true" }]\nusers: [{ username: gus, groups: [seg] }]\n',
      /seg is a segment/,
    ],
    [
      'a membership in a customer group',
      'groups: [{ name: cust, type: customer-group }]\nusers: [{ username: hal, groups: [cust] }]\n',
      /cust is a customer group/,
    ],
    [
      'the role that everybody has',
      'users: [{ username: ivy, roles: [everyone] }]\n',
      /Everybody has the role everyone/,
    ],
    [
      'a membership limited by a group',
      'groups: [{ name: g1 }, { name: g2 }]\nusers: [{ username: jo, groups: [{ group: g1, limitations: [{ kind: group, values: [g2] }] }] }]\n',
      /go round/,
    ],
  ])('is never %s', async (_what, text, sentence) => {
    const writes = realm.gate.writes;
    expect(await apply(text)).toEqual([expect.stringMatching(sentence)]);
    expect(realm.gate.writes).toBe(writes);
  });

  test('is two roles that exclude each other, one after the other', async () => {
    const turn = '2090-06-01T00:00:00+02:00';
    await apply(`
roles: [{ name: payer, excludes: [checker] }, { name: checker }]
groups:
  - { name: those who pay in turn, roles: [{ role: payer, validUntil: 2090-12-01T00:00:00Z }] }
users:
  - username: lea
    groups: [{ group: those who pay in turn, validUntil: ${turn} }]
    roles: [{ role: checker, validFrom: ${turn} }]
`);
    expect(await assignmentsOf('lea')).toHaveLength(2);
  });
});
