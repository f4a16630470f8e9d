/** What a directory confirms beyond the password counts as the mapping says, for as long as the sign-in counts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PASSWORD as ONE_FACTOR, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const app = application('public');
const ENROL = 'Set up a second factor';
const profile = [
  { field: 'username', from: 'uid' },
  { field: 'name', from: 'cn' },
];
const level = [
  { from: 'otp', to: TWO_FACTOR },
  { from: 'pin', to: ONE_FACTOR },
];

describe.each(['sqlite', 'mongodb'] as const)('the level that a directory confirms, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: ['anna', 'boris', 'clara', 'dirk', 'elisa'].map((uid) => person(uid)).join(''),
    });
    made(await host.parts.connectors.create(by, corpInput(slapd)));
    for (const [uid, ...values] of [
      ['anna', 'otp'],
      ['boris', 'card'],
      ['clara', 'otp', 'pin'],
      ['dirk', 'pin'],
    ] as const) {
      const lines = values.map((value) => `employeeType: ${value}\n`).join('');
      await slapd.modify(`dn: uid=${uid},${PEOPLE}\nchangetype: modify\nadd: employeeType\n${lines}`);
    }
  });
  afterAll(() => slapd.stop());
  beforeEach(() =>
    changeConnector(host, { subject: { base: PEOPLE, level: 'employeeType' }, mapping: { profile, level } }),
  );

  async function enter(name: string, params: Record<string, string> = {}, visitor = new Visitor()) {
    const asked = ask(host, app, params);
    const page = await signIn(visitor, asked, name, PASSWORD);
    if (!page.url.searchParams.has('code')) return { shown: page.heading };
    const { body } = await exchange(host, asked, codeOf(page));
    const { acr, amr } = claimsOf(body.id_token);
    return { acr, amr, body };
  }

  test('counts as two factors, and says no more of the second than that there was one', async () => {
    for (const params of [{}, { acr_values: TWO_FACTOR }]) {
      expect(await enter('anna', params)).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'mfa'] });
    }
  });

  test.each(['boris', 'clara', 'dirk', 'elisa'])(
    'is that of a password for %s, and two are asked for here',
    async (name) => {
      expect(await enter(name)).toMatchObject({ acr: ONE_FACTOR, amr: ['pwd'] });
      expect(await enter(name, { acr_values: TWO_FACTOR })).toEqual({ shown: ENROL });
    },
  );

  test('is nothing without an attribute, or without a rule', async () => {
    await changeConnector(host, { subject: { base: PEOPLE }, mapping: { profile, level } });
    expect(await enter('anna')).toMatchObject({ acr: ONE_FACTOR });
    await changeConnector(host, { subject: { base: PEOPLE, level: 'employeeType' }, mapping: { profile } });
    expect(await enter('anna')).toMatchObject({ acr: ONE_FACTOR });
  });

  test('stays that of the sign-in, whatever the mapping says later', async () => {
    const visitor = new Visitor();
    const { body } = await enter('anna', {}, visitor);
    await changeConnector(host, { mapping: { profile } });
    const silent = ask(host, app, { prompt: 'none', acr_values: TWO_FACTOR });
    const again = await exchange(host, silent, codeOf(await visitor.visit(silent.url)));
    const refreshed = await refresh(host, app, body?.refresh_token ?? '');
    for (const tokens of [again.body, refreshed.body]) {
      expect(claimsOf(tokens.id_token)).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'mfa'], idp: 'corp' });
    }
    expect(await enter('anna', { prompt: 'login', acr_values: TWO_FACTOR }, visitor)).toEqual({ shown: ENROL });
  });
});
