import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../../support/slapd.js';
import { connectorToSlapd, type TestConnector } from './connector.js';

/** Names with every character that means something in a filter or a DN, in LDIF's base64 where a line needs it. */
const NAMES = [
  'a,b',
  'a+b=c',
  'quo"te',
  'back\\slash',
  'an<gle>',
  'semi;colon',
  'ha#sh',
  '#leading',
  'star*',
  '(paren)',
  'a  b',
  'ünïcode',
  '名前',
  'dollar$&',
  '{name}',
  'half\ufffd',
];

const rdn = (name: string): string => name.replace(/[\\"+,;<=>#]/g, (character) => `\\${character}`);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const named = (name: string): string =>
  person('x')
    .replace(/^dn: .*$/m, `dn:: ${base64(`uid=${rdn(name)},${PEOPLE}`)}`)
    .replace(/^uid: .*$/m, `uid:: ${base64(name)}`)
    .replace(/^cn: .*$/m, `cn:: ${base64(name)}`);

let slapd: Slapd;
const connectors: TestConnector[] = [];

const connector = (subject: NonNullable<Parameters<typeof connectorToSlapd>[1]>['subject'] = {}): TestConnector => {
  const made = connectorToSlapd(slapd, { subject });
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  slapd = await startSlapd({ entries: [person('alice'), person('admin'), ...NAMES.map(named)].join('') });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

describe.each([
  ['by a search', {}],
  ['by a template', { bindTemplate: `uid={name},${PEOPLE}` }],
])('%s', (_way, subject) => {
  test.each(NAMES)('a person called %s signs in as themselves', async (name) => {
    const outcome = await connector(subject).signIn(name, PASSWORD);
    expect(outcome).toMatchObject({ kind: 'ok', identity: { claims: new Map([['uid', [name]]]) } });
  });

  test.each([
    '*',
    'a*',
    'alice)(uid=*',
    '*)(objectClass=*',
    'alice)(|(uid=*',
    '\\2a',
    'alice\0',
    'alice\0,ou=elsewhere',
    `admin,${PEOPLE}`,
    `alice,${PEOPLE}??`,
    'alice+cn=alice',
    'EXTERNAL',
    'PLAIN',
    `uid=alice,${PEOPLE}`,
    'cn=root,dc=corp,dc=test',
    // Sent as UTF-8, it would be the name above with the replacement character.
    'half\ud800',
    '',
    'x'.repeat(10_000),
  ])('%j is nobody', async (name) => {
    const made = connector(subject);
    expect(['unknown', 'wrong-credentials']).toContain((await made.signIn(name, PASSWORD)).kind);
    expect((await made.signIn('alice', PASSWORD)).kind).toBe('ok');
  });
});

test('no DN but those of the base is ever bound, whatever is typed', async () => {
  const bound = (await slapd.operations()).filter((line) => line.startsWith('BIND'));
  for (const line of bound) expect(line).toMatch(/,ou=people,dc=corp,dc=test" method|dn="cn=service,/);
});

test('a report for the log has no name and no password in it', async () => {
  const made = connector({ names: ['nowhere'], base: `ou=nowhere,${PEOPLE}` });
  await made.signIn('a-very-secret-name', 'a-very-secret-password');
  expect(JSON.stringify(made.events)).toBe('[{"reason":"no-base"}]');
});
