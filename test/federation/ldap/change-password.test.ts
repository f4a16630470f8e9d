/** Passwords are changed in the directory, by the person who proves the present one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entry, PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { connectorToSlapd, type TestConnector } from './connector.js';

const NEXT = 'ein längeres Paßwort 😀';
const LONG_AGO = 'pwdChangedTime: 20200101000000Z';
const policy = (name: string): string => `pwdPolicySubentry: cn=${name},ou=policies,${SUFFIX}`;
const newPolicy = (name: string, ...lines: readonly string[]): string =>
  entry(
    `dn: cn=${name},ou=policies,${SUFFIX}`,
    ...['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword'],
    ...lines,
  );

let slapd: Slapd;
let connector: TestConnector;

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      newPolicy('strict', 'pwdMustChange: TRUE', 'pwdCheckQuality: 2', 'pwdMinLength: 10', 'pwdInHistory: 3'),
      newPolicy('slow', 'pwdMinAge: 10000'),
      newPolicy('closed', 'pwdAllowUserChange: FALSE'),
      person('reset', 'pwdReset: TRUE', policy('strict')),
      person('strict', policy('strict')),
      person('slow', policy('slow')),
      person('closed', policy('closed')),
      person('grace', policy('grace'), LONG_AGO),
      person('expired', policy('expiring'), LONG_AGO),
      person('locked', 'pwdAccountLockedTime: 000001010000Z'),
      ...['plain', 'own', 'odd'].map((uid) => person(uid)),
    ].join(''),
  });
  connector = connectorToSlapd(slapd);
});
afterAll(async () => {
  await connector.close();
  await slapd.stop();
});

const known = { user: async () => undefined, mayGuess: async () => true };
const change = (name: string, password: string, next: string, by: TestConnector = connector) =>
  by.changePassword?.({ name, password, next }, known);
const binds = async (): Promise<number> =>
  (await slapd.operations()).filter((line) => line.startsWith('BIND dn="uid=')).length;

const extended = async (): Promise<number> =>
  (await slapd.operations()).filter((line) => line.startsWith('EXT')).length;

describe('a new password', () => {
  test('is set by somebody whose password must be changed, who signs in with it and with no other', async () => {
    expect(await connector.signIn('reset', PASSWORD)).toEqual({ kind: 'must-change' });
    const before = await binds();
    const outcome = await change('reset', PASSWORD, NEXT);
    expect(outcome).toMatchObject({ kind: 'changed', signIn: { kind: 'ok' } });
    // Each password was sent once, on a connection of its own.
    expect(await binds()).toBe(before + 2);
    expect(await connector.signIn('reset', NEXT)).toMatchObject({ kind: 'ok' });
    expect(await connector.signIn('reset', PASSWORD)).toEqual({ kind: 'wrong-credentials' });
  });

  test('is set while sign-ins are left with an expired one, and by anybody who need not change it', async () => {
    expect(await change('grace', PASSWORD, NEXT)).toMatchObject({ kind: 'changed', signIn: { kind: 'ok' } });
    expect(await change('plain', PASSWORD, NEXT)).toMatchObject({ kind: 'changed', signIn: { kind: 'ok' } });
  });

  test('is set without a service account too', async () => {
    const own = connectorToSlapd(slapd, { subject: { bindTemplate: `uid={name},${PEOPLE}` } });
    expect(await change('own', PASSWORD, NEXT, own)).toMatchObject({ kind: 'changed', signIn: { kind: 'ok' } });
    await own.close();
  });

  test.each([
    ['strict', 'short', { fault: 'too-short', reason: 'too-short' }],
    ['strict', PASSWORD, { fault: 'used-before', reason: 'in-history' }],
    ['closed', NEXT, { fault: 'change-not-allowed', reason: 'change-not-allowed' }],
  ])('is refused for %s: %s', async (name, next, expected) => {
    expect(await change(name, PASSWORD, next)).toEqual({ kind: 'not-changed', ...expected });
    expect(await connector.signIn(name, PASSWORD)).toMatchObject({ kind: 'ok' });
  });

  test('is refused soon after another', async () => {
    expect(await change('slow', PASSWORD, NEXT)).toMatchObject({ kind: 'changed' });
    expect(await change('slow', NEXT, `${NEXT}!`)).toMatchObject({ kind: 'not-changed', fault: 'too-young' });
  });

  test.each([
    ['reset', 'wrong', { kind: 'wrong-credentials' }],
    ['reset', '', { kind: 'wrong-credentials' }],
    ['nobody', PASSWORD, { kind: 'unknown' }],
    ['locked', PASSWORD, { kind: 'locked' }],
    ['expired', PASSWORD, { kind: 'expired' }],
  ])('is never sent for %s with %j', async (name, password, expected) => {
    const before = await extended();
    expect(await change(name, password, NEXT)).toEqual(expected);
    expect(await extended()).toBe(before);
  });

  test('is never asked of the directory itself, as an empty one would be', async () => {
    const before = await extended();
    expect(await change('odd', PASSWORD, '')).toMatchObject({ kind: 'not-changed', fault: 'refused' });
    expect(await extended()).toBe(before);
    expect(await connector.signIn('odd', PASSWORD)).toMatchObject({ kind: 'ok' });
  });

  test('waits for the throttle of the account, as a guess does', async () => {
    const before = await binds();
    const outcome = connector.changePassword?.(
      { name: 'odd', password: PASSWORD, next: NEXT },
      { ...known, mayGuess: async () => false },
    );
    expect(await outcome).toEqual({ kind: 'held-back' });
    expect(await binds()).toBe(before);
  });
});

test('a connector whose settings say so sets no passwords', async () => {
  const never = connectorToSlapd(slapd, { subject: { passwordChange: 'never' } });
  expect('changePassword' in never).toBe(false);
  await never.close();
});
