import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../support/host/free-port.js';
import { entry, GROUPS, PEOPLE, person, SERVICE, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { bySearch, connectorTo, type TestConnector } from './connector.js';

let slapd: Slapd;
let ending: Slapd;
const connectors: TestConnector[] = [];

const connector = (...parts: Parameters<typeof connectorTo>): TestConnector => {
  const made = connectorTo(...parts);
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  const entries = [
    person('alice'),
    entry(`dn: cn=staff,${GROUPS}`, ...['objectClass: groupOfNames', 'cn: staff', `member: uid=alice,${PEOPLE}`]),
  ].join('');
  [slapd, ending] = await Promise.all([startSlapd({ entries }), startSlapd({ entries, certificate: { days: 20 } })]);
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => Promise.all([slapd.stop(), ending.stop()]));

const steps = async (made: TestConnector, name?: string): Promise<readonly string[]> =>
  (await made.test(name)).map(({ step, outcome, reason }) => [step, outcome, reason ?? []].flat().join(' '));

test('a good connector passes every step, and shows the sample user as a sign-in would see them', async () => {
  const good = connector([slapd.secureUrl], { connection: { ca: slapd.ca }, subject: { groups: bySearch } });
  const results = await good.test('alice');
  expect(results.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'resolve ok',
    'connect ok',
    'tls ok',
    'bind ok',
    'search ok',
    'lockout ok',
    'sample ok',
    'groups ok',
  ]);
  expect(results.find(({ step }) => step === 'tls')?.details).toEqual([
    expect.stringMatching(/^certificate: valid until \d{4}-\d\d-\d\d$/),
  ]);
  expect(results.find(({ step }) => step === 'sample')).toMatchObject({
    details: [`entry: uid=alice,${PEOPLE}`],
    identity: { claims: new Map([['uid', ['alice']]]), groups: [{ name: 'staff' }] },
  });
});

test('a test changes nothing and counts for nothing', async () => {
  const one = connector([slapd.url]);
  await one.test('alice');
  expect(one.health()).toEqual({ state: 'unknown' });
  expect(one.events).toEqual([]);
});

test('a certificate that ends within 30 days is a warning, and the rest goes on', async () => {
  const soon = connector([ending.secureUrl], { connection: { ca: ending.ca } });
  expect(await steps(soon, 'alice')).toEqual([
    ...['resolve ok', 'connect ok', 'tls warning certificate-ends-soon', 'bind ok', 'search ok', 'lockout ok'],
    ...['sample ok', 'groups skipped'],
  ]);
});

test('each server is tested by itself', async () => {
  const url = `ldap://127.0.0.1:${await freePort()}`;
  const both = await connector([url, slapd.url]).test();
  expect(both.filter(({ at }) => at === url).map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    ...['resolve ok', 'connect failed', 'tls skipped', 'bind skipped', 'search skipped', 'lockout skipped'],
    ...['sample skipped', 'groups skipped'],
  ]);
  expect(both.filter(({ at, outcome }) => at === slapd.url && outcome === 'failed')).toEqual([]);
});

test.each([
  ['a host that does not exist', () => connector(['ldaps://directory.invalid']), 'resolve failed host-unknown'],
  ['a certificate that is not trusted', () => connector([slapd.secureUrl]), 'tls failed certificate-untrusted'],
  [
    'a wrong password of the service account',
    () => connector([slapd.url], { secret: 'x' }),
    'bind failed service-bind-refused',
  ],
  ['a missing password of the service account', () => connector([slapd.url], { secret: '' }), 'bind failed no-secret'],
  [
    'a base that does not exist',
    () => connector([slapd.url], { subject: { base: `ou=nowhere,${SUFFIX}` } }),
    'search failed no-base',
  ],
  [
    'a filter that nobody matches',
    () => connector([slapd.url], { subject: { filter: '(objectClass=device)' } }),
    'sample failed sample-unknown',
  ],
  [
    'an attribute for the id that nobody has',
    () => connector([slapd.url], { subject: { id: 'nsUniqueId' } }),
    'sample failed no-subject',
  ],
  [
    'a wrong base for groups',
    () => connector([slapd.url], { subject: { groups: { from: 'search', base: `ou=nowhere,${SUFFIX}` } } }),
    'groups failed no-base',
  ],
])('%s fails its own step', async (_name, make, expected) => {
  expect((await steps(make(), 'alice')).filter((step) => step.includes('failed'))).toEqual([expected]);
});

test('the service account is named, and its password is not', async () => {
  const results = JSON.stringify(await connector([slapd.url]).test('alice'));
  expect(results).toContain(SERVICE.dn);
  expect(results).not.toContain(SERVICE.password);
});
