/** Guesses here stay below the lockout of the directory: as it says, or as an administrator does. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { entry, person, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('a directory that locks after four wrong passwords, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    const policies = `ou=policies,${SUFFIX}`;
    const four = entry(
      `dn: cn=four,${policies}`,
      ...['objectClass: device', 'objectClass: pwdPolicy', 'cn: four', 'pwdAttribute: userPassword'],
      ...['pwdLockout: TRUE', 'pwdMaxFailure: 4', 'pwdFailureCountInterval: 3600'],
    );
    const people = ['anna', 'boris'].map((uid) => person(uid, `pwdPolicySubentry: cn=four,${policies}`));
    slapd = await startSlapd({ entries: [four, ...people, person('carla')].join('') });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());

  async function guess(name: string, times: number): Promise<number> {
    for (let i = 0; i < times; i++) {
      const page = await signIn(new Visitor(), ask(host, app), name, `guess ${i}`);
      expect(page.status).toBe(403);
    }
    return (await slapd.operations()).filter((line) => line.startsWith('BIND') && line.includes(`uid=${name},`)).length;
  }

  test('hears of two wrong ones at most', async () => {
    expect(await guess('anna', 5)).toBe(2);
  });

  test('is believed less than the administrator', async () => {
    await changeConnector(host, { lockout: { failures: 6, minutes: 30 } });
    expect(await guess('carla', 5)).toBe(4);
    await changeConnector(host, { lockout: null });
    expect(await guess('boris', 4)).toBe(2);
  });
});
