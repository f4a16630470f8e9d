/** How the directory locks accounts is read from its password policies. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hours, minutes } from '../../../src/base/clock.js';
import { entry, person, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { connectorTo, connectorToSlapd, type TestConnector } from './connector.js';

const policy = (name: string, ...lines: readonly string[]): string =>
  entry(
    `dn: cn=${name},ou=policies,${SUFFIX}`,
    ...['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword'],
    ...lines,
  );

let slapd: Slapd;
const made: TestConnector[] = [];
const connector = (subject: { readonly policies?: string } = {}): TestConnector => {
  const one = connectorToSlapd(slapd, { subject });
  made.push(one);
  return one;
};

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      person('alice'),
      policy('strict', 'pwdLockout: TRUE', 'pwdMaxFailure: 4', 'pwdFailureCountInterval: 600'),
      policy('hasty', 'pwdLockout: TRUE', 'pwdMaxFailure: 1', 'pwdFailureCountInterval: 600'),
      policy('idle', 'pwdLockout: FALSE', 'pwdMaxFailure: 2'),
    ].join(''),
  });
});
afterAll(async () => {
  await Promise.all(made.map((one) => one.close()));
  await slapd.stop();
});

const at = (name: string): string => `cn=${name},ou=policies,${SUFFIX}`;

describe('the lockout of a directory', () => {
  test('is that of its strictest policy that locks accounts, and the longest memory of them all', async () => {
    // That of the default policy, which forgets nothing.
    expect(await connector().ownLockout?.()).toEqual({ rule: { failures: 3, within: hours(24) }, at: at('hasty') });
  });

  test.each([
    ['strict', { rule: { failures: 4, within: minutes(10) }, at: at('strict') }],
    // One wrong password must be possible, or nobody could sign in.
    ['hasty', { rule: { failures: 3, within: minutes(10) }, at: at('hasty') }],
    ['idle', undefined],
  ])('is that of the policy %s where the settings name it', async (name, expected) => {
    expect(await connector({ policies: at(name) }).ownLockout?.()).toEqual(expected);
  });

  test('is read once, however often it is asked for', async () => {
    const one = connector();
    const searches = async () => (await slapd.operations()).filter((line) => line.includes('objectClass=pwdPolicy'));
    const before = (await searches()).length;
    await Promise.all([one.ownLockout?.(), one.ownLockout?.(), one.ownLockout?.()]);
    await one.ownLockout?.();
    expect((await searches()).length).toBe(before + 1);
  });

  test('is unknown where the policies cannot be read, and the log says why', async () => {
    const one = connector({ policies: `ou=nowhere,${SUFFIX}` });
    expect(await one.ownLockout?.()).toBe(undefined);
    expect(one.events).toEqual([{ reason: 'lockout-not-read', details: { cause: 'no-base' } }]);
  });

  test('is waited for a second at most', async () => {
    const one = connectorTo([slapd.url], { connection: { timeout: 20_000, connectTimeout: 20_000 } });
    slapd.pause();
    try {
      const began = Date.now();
      expect(await one.ownLockout?.()).toBe(undefined);
      expect(Date.now() - began).toBeLessThan(10_000);
    } finally {
      slapd.resume();
      await one.close();
    }
  });

  test('is shown by the test of a connector', async () => {
    const steps = await connector({ policies: at('strict') }).test();
    expect(steps.find(({ step }) => step === 'lockout')).toMatchObject({
      outcome: 'ok',
      details: ['4 wrong passwords within 10 minutes', `policy: ${at('strict')}`],
    });
  });
});
