/** At a refresh the directory is asked again whether the person is still there. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, confirmedAgo, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const HOUR = 3_600_000;
const people = ['anna', 'boris', 'clara', 'dirk', 'elisa', 'fritz'];

describe.each(['sqlite', 'mongodb'] as const)('a refresh of a person of a directory, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: people.map((uid) => person(uid)).join(''),
      added: salesOf(people),
    });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());
  beforeEach(() => changeConnector(host, { recheckAfter: 900, accessLasts: 86_400 }));

  async function signedIn(name: string) {
    const asked = ask(host, app, ORDERS);
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, PASSWORD)));
    const { sub } = claimsOf(body.id_token);
    return { sub: String(sub), token: body.refresh_token };
  }
  const refreshed = (token: string) => refresh(host, app, token, { resource: ORDERS.resource });
  const searches = async () => (await slapd.operations()).filter((line) => line.startsWith('SRCH')).length;

  test('does not ask while the last confirmation is young, and asks once it is older', async () => {
    const { sub, token } = await signedIn('anna');
    const before = await searches();
    const first = await refreshed(token);
    expect([first.status, await searches()]).toEqual([200, before]);
    await confirmedAgo(host, sub, HOUR);
    const second = await refreshed(first.body.refresh_token);
    expect([second.status, (await searches()) > before]).toEqual([200, true]);
    expect((await host.parts.users.get(sub))?.confirmations?.[0]?.at).toBeGreaterThan(Date.now() - HOUR / 2);
  });

  test('takes over what changed there: a group that was left gives nothing any more', async () => {
    const { sub, token } = await signedIn('boris');
    await slapd.modify(`dn: cn=sales,${GROUPS}\nchangetype: modify\ndelete: member\nmember: uid=boris,${PEOPLE}\n`);
    await confirmedAgo(host, sub, HOUR);
    const { body } = await refreshed(token);
    expect(claimsOf(body.access_token)['roles']).toEqual([]);
  });

  test('ends everything of a person whose account was closed there, until it is open again', async () => {
    const { sub, token } = await signedIn('clara');
    await changeConnector(host, {
      subject: { base: PEOPLE, groups: { base: GROUPS }, account: { disabled: 'employeeType' } },
    });
    await slapd.modify(`dn: uid=clara,${PEOPLE}\nchangetype: modify\nadd: employeeType\nemployeeType: TRUE\n`);
    await confirmedAgo(host, sub, HOUR);
    expect(await refreshed(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await host.parts.users.get(sub))?.blocks).toMatchObject([{ by: 'directory:corp', reason: 'disabled' }]);
    await slapd.modify(`dn: uid=clara,${PEOPLE}\nchangetype: modify\ndelete: employeeType\n`);
    // What ended stays ended.
    expect(await refreshed(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const again = await signedIn('clara');
    expect([again.sub, (await host.parts.users.get(sub))?.blocks]).toEqual([sub, []]);
  });

  test('lifts no block of an administrator', async () => {
    const { sub } = await signedIn('elisa');
    expect(await host.parts.users.update(by, sub, { block: {} })).toMatchObject({ ok: true });
    const page = await signIn(new Visitor(), ask(host, app, ORDERS), 'elisa', PASSWORD);
    expect(page.status).toBe(403);
    expect((await host.parts.users.get(sub))?.blocks).toMatchObject([{ by: 'administrator' }]);
  });

  test('of somebody who is not found gets nothing, ends nothing and spends no token', async () => {
    const { sub, token } = await signedIn('dirk');
    await confirmedAgo(host, sub, HOUR);
    await changeConnector(host, { subject: { base: PEOPLE, filter: '(!(uid=dirk))', groups: { base: GROUPS } } });
    expect(await refreshed(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await host.parts.users.get(sub))?.blocks).toEqual([]);
    await changeConnector(host, { subject: { base: PEOPLE, groups: { base: GROUPS } } });
    expect((await refreshed(token)).status).toBe(200);
  });

  test('goes on without the directory for a time, then asks to try later and spends no token', async () => {
    const { sub, token } = await signedIn('fritz');
    await slapd.kill();
    await confirmedAgo(host, sub, HOUR);
    const during = await refreshed(token);
    expect([during.status, claimsOf(during.body.access_token)['roles']]).toEqual([200, ['seller']]);
    await confirmedAgo(host, sub, 25 * HOUR);
    const late = await refreshed(during.body.refresh_token);
    expect(late).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    await slapd.restart();
    const back = await eventually(() => refreshed(during.body.refresh_token));
    expect(claimsOf(back.body.access_token)['roles']).toEqual(['seller']);
  }, 60_000);
});

/** The breaker lets the next one try after a pause. */
async function eventually(ask: () => ReturnType<typeof refresh>) {
  for (;;) {
    const answer = await ask();
    if (answer.status === 200) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
