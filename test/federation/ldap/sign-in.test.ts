import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { connectorToSlapd, type TestConnector } from './connector.js';

const LONG_AGO = 'pwdChangedTime: 20200101000000Z';
const policy = (name: string): string => `pwdPolicySubentry: cn=${name},ou=policies,${SUFFIX}`;

let slapd: Slapd;
let connector: TestConnector;

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      person('alice', 'mail: alice@corp.test', 'telephoneNumber: 2', 'telephoneNumber: 1'),
      person('locked', 'pwdAccountLockedTime: 000001010000Z'),
      person('expired', policy('expiring'), LONG_AGO),
      person('grace', policy('grace'), LONG_AGO),
      person('reset', 'pwdReset: TRUE'),
      person('guessed'),
      person('twin', 'mail: twin@corp.test'),
      person('other-twin', 'mail: twin@corp.test'),
    ].join(''),
  });
  connector = connectorToSlapd(slapd, { subject: { names: ['uid', 'mail'], attributes: ['cn', 'telephoneNumber'] } });
});

afterAll(async () => {
  await connector.close();
  await slapd.stop();
});

describe('a sign-in at OpenLDAP', () => {
  test('reads who it is, by the id that never changes', async () => {
    const outcome = await connector.signIn('alice', PASSWORD);
    expect(outcome).toMatchObject({ kind: 'ok', identity: { subject: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    const claims = outcome.kind === 'ok' ? [...outcome.identity.claims] : [];
    expect(claims).toEqual([
      ['cn', ['alice']],
      ['mail', ['alice@corp.test']],
      ['telephonenumber', ['1', '2']],
      ['uid', ['alice']],
    ]);
  });

  test.each([
    ['alice', 'wrong', { kind: 'wrong-credentials' }],
    ['alice@corp.test', 'wrong', { kind: 'wrong-credentials' }],
    ['nobody', PASSWORD, { kind: 'unknown' }],
    ['locked', PASSWORD, { kind: 'locked' }],
    ['expired', PASSWORD, { kind: 'expired' }],
    ['reset', PASSWORD, { kind: 'must-change' }],
    ['twin@corp.test', PASSWORD, { kind: 'misconfigured', reason: 'ambiguous-name' }],
  ])('of %s with %s', async (name, password, expected) => {
    expect(await connector.signIn(name, password)).toEqual(expected);
  });

  test('lets somebody in whose password is expired and has sign-ins left, and reports how many', async () => {
    expect(await connector.signIn('grace', PASSWORD)).toMatchObject({ kind: 'ok' });
    expect(connector.events).toContainEqual({ reason: 'grace-sign-in', details: { left: 2 } });
  });

  test('is refused with the right password after as many wrong ones as the directory allows', async () => {
    for (let guesses = 0; guesses < 5; guesses++) await connector.signIn('guessed', `guess ${guesses}`);
    expect(await connector.signIn('guessed', PASSWORD)).toEqual({ kind: 'locked' });
  });

  test('costs one bind, and none for a name that nobody has', async () => {
    const binds = async () => (await slapd.operations()).filter((line) => line.startsWith('BIND dn="uid=')).length;
    const before = await binds();
    await connector.signIn('alice', 'wrong');
    await connector.signIn('nobody', PASSWORD);
    await connector.signIn('twin@corp.test', PASSWORD);
    expect(await binds()).toBe(before + 1);
  });

  test('never sends an empty password', async () => {
    expect(await connector.signIn('alice', '')).toEqual({ kind: 'wrong-credentials' });
  });
});

test('the DN is found by a template without a service account, and the entry is read as the person', async () => {
  const own = connectorToSlapd(slapd, { subject: { bindTemplate: `uid={name},${PEOPLE}` } });
  expect(await own.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  expect(await own.signIn('alice', 'wrong')).toEqual({ kind: 'wrong-credentials' });
  await own.close();
});
