import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entry, PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { connectorToSlapd, type TestConnector } from './connector.js';

/** An entry that answers an operation with this result code. */
const answering = (code: number, operation: string): readonly string[] => [
  'objectClass: errAuxObject',
  `errCode: ${code}`,
  `errOp: ${operation}`,
];

const SEARCH_CODES = [3, 8, 11, 13, 50, 51, 52, 53, 80];

let slapd: Slapd;
const connectors: TestConnector[] = [];

const connector = (...changes: Parameters<typeof connectorToSlapd> extends [Slapd, ...infer Rest] ? Rest : never) => {
  const made = connectorToSlapd(slapd, ...changes);
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      person('alice'),
      ...[8, 13, 19, 48, 49, 50, 51, 52, 53, 80].map((code) => person(`bind${code}`, ...answering(code, 'bind'))),
      entry(
        `dn: ou=referral,${SUFFIX}`,
        ...['objectClass: referral', 'objectClass: extensibleObject', 'ou: referral'],
        'ref: ldap://other.corp.test:3389/ou=people,dc=other,dc=test',
      ),
    ].join(''),
    conf: SEARCH_CODES.map((code) => `retcode-item cn=search${code} ${code} op=search`).join('\n'),
  });
});

afterAll(async () => {
  await Promise.all(connectors.map((made) => made.close()));
  await slapd.stop();
});

describe('the answer of a directory to the bind of a person', () => {
  test.each([
    [8, { kind: 'misconfigured', reason: 'tls-required' }],
    [13, { kind: 'misconfigured', reason: 'tls-required' }],
    [19, { kind: 'locked' }],
    [48, { kind: 'wrong-credentials' }],
    [49, { kind: 'wrong-credentials' }],
    [50, { kind: 'not-allowed' }],
    [51, { kind: 'unavailable', reason: 'directory-busy' }],
    [52, { kind: 'unavailable', reason: 'directory-busy' }],
    [53, { kind: 'not-allowed' }],
    [80, { kind: 'upstream-error', reason: 'result-80' }],
  ])('%i', async (code, expected) => {
    expect(await connector().signIn(`bind${code}`, PASSWORD)).toEqual(expected);
  });
});

describe('the answer of a directory to the search for a person is never "nobody":', () => {
  test.each([
    [3, { kind: 'unavailable', reason: 'time-limit' }],
    [8, { kind: 'misconfigured', reason: 'tls-required' }],
    [11, { kind: 'upstream-error', reason: 'admin-limit' }],
    [13, { kind: 'misconfigured', reason: 'tls-required' }],
    [50, { kind: 'misconfigured', reason: 'search-refused' }],
    [51, { kind: 'unavailable', reason: 'directory-busy' }],
    [52, { kind: 'unavailable', reason: 'directory-busy' }],
    [53, { kind: 'misconfigured', reason: 'search-refused' }],
    [80, { kind: 'upstream-error', reason: 'result-80' }],
  ])('%i', async (code, expected) => {
    const there = connector({ subject: { base: `cn=search${code},ou=codes,${SUFFIX}` } });
    expect(await there.signIn('alice', PASSWORD)).toEqual(expected);
    expect(await there.lookup('11111111-2222-3333-4444-555555555555')).toEqual(expected);
  });

  test('a base that does not exist', async () => {
    const there = connector({ subject: { base: `ou=nowhere,${SUFFIX}` } });
    expect(await there.signIn('alice', PASSWORD)).toEqual({ kind: 'misconfigured', reason: 'no-base' });
  });

  test('a base on another server, whose name is reported and which is not asked', async () => {
    const there = connector({ subject: { base: `ou=referral,${SUFFIX}` } });
    expect(await there.signIn('alice', PASSWORD)).toEqual({ kind: 'misconfigured', reason: 'referral' });
    expect(there.events).toEqual([{ reason: 'referral', details: { referral: 'other.corp.test:3389' } }]);
  });
});

test('a reference to another server inside the base is not followed, and the rest counts', async () => {
  const whole = connector({ subject: { base: SUFFIX } });
  expect(await whole.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  expect(await whole.signIn('nobody', PASSWORD)).toEqual({ kind: 'unknown' });
});

test('a sign-in costs one bind and two other operations, also with a group search', async () => {
  const groups = connector({ subject: { groups: { from: 'search' } } });
  await groups.signIn('alice', PASSWORD);
  const before = (await slapd.operations()).length;
  await groups.signIn('alice', PASSWORD);
  const operations = (await slapd.operations()).slice(before);
  expect(operations.map((line) => line.split(' ')[0])).toEqual(['SRCH', 'BIND', 'SRCH']);
  expect(operations[1]).toContain(`BIND dn="uid=alice,${PEOPLE}"`);
});
