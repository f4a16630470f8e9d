/** The rules of a connector hold for the people of a directory: at sign-in, at a refresh, and where a synchronization would make accounts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ldapKind } from '../../src/federation/ldap/ldap-kind.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector, confirmedAgo, corpInput, ldapRealm, peopleOf, synchronize } from './ldap-realm.js';
import { addRedirect, errorOf, linksOf, Upstream } from './redirect-realm.js';

const app = application('public');
const HOUR = 3_600_000;
const REFUSED = 'This account may not sign in here. Choose another account, or ask your administrator.';
const onlySales = { rules: { claims: [{ claim: 'employeeType', values: ['sales'] }] } };

describe.each(['sqlite', 'mongodb'] as const)('the rules of a directory, on %s', (store) => {
  let slapd: Slapd;
  const upstream = new Upstream();
  const host = useInProcessHost({ ...ldapRealm(store), installation: { connectorKinds: [ldapKind, upstream.kind] } });
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: ['anna', 'boris', 'clara', 'dirk']
        .map((uid) => person(uid, `employeeType: ${uid === 'anna' ? 'sales' : 'visitor'}`, `mail: ${uid}@corp.test`))
        .join(''),
    });
    made(await host.parts.connectors.create(by, corpInput(slapd)));
    await addRedirect(host, { id: 'partner', displayName: 'Partner Inc.', linking: 'ask' });
    upstream.knows('zoe', { name: 'zoe' });
  });
  afterAll(() => slapd.stop());
  beforeEach(() => changeConnector(host, { rules: null }));

  const enter = async (name: string, password = PASSWORD) => {
    const page = await signIn(new Visitor(), ask(host, app), `corp/${name}`, password);
    return page.left === undefined ? [page.status, errorOf(page)] : 'signed in';
  };

  test('admit by what the directory says, and are told to nobody without the right password', async () => {
    await changeConnector(host, onlySales);
    expect(await enter('anna')).toBe('signed in');
    expect(await enter('boris')).toEqual([403, REFUSED]);
    expect(await enter('boris', 'wrong')).toEqual([403, expect.stringContaining('is not correct')]);
    expect((await peopleOf(host)).map(({ username }) => username)).toEqual(['anna']);
  });

  test('end refreshes once the directory is asked again, and the account is as it was', async () => {
    const asked = ask(host, app, { scope: 'openid offline_access', prompt: 'consent' });
    const visitor = new Visitor();
    const consent = await signIn(visitor, asked, 'corp/clara', PASSWORD);
    const page = consent.left === undefined ? await visitor.submit(consent, { decision: 'allow' }) : consent;
    const { body } = await exchange(host, asked, codeOf(page));
    const sub = String(claimsOf(body.id_token)['sub']);
    await changeConnector(host, onlySales);
    await confirmedAgo(host, sub, HOUR);
    const before = await host.parts.users.get(sub);
    expect(await refresh(host, app, body.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await host.parts.users.get(sub)).toEqual(before);
    expect(before?.blocks).toEqual([]);
  });

  test('hold where somebody proves that an account is theirs, to link another one to it', async () => {
    expect(await enter('clara')).toBe('signed in');
    await changeConnector(host, onlySales);
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    const left = await visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');
    const params = new URLSearchParams({ code: 'zoe', state: left.url.searchParams.get('state') ?? '' });
    const question = await visitor.visit(`${host.issuer}/connector/partner/callback?${params}`);
    const answer = { decision: 'link', identifier: 'corp/clara', password: PASSWORD };
    const refused = await visitor.submit(question, answer);
    expect([refused.status, errorOf(refused)]).toEqual([403, REFUSED]);
    const link = { connector: 'partner', issuer: '', subject: 'subject of zoe' };
    expect(await host.parts.links.find(link)).toBe(undefined);
  });

  test('keep a synchronization from making accounts for people who may not sign in', async () => {
    await changeConnector(host, { rules: { domains: ['corp.test'], claims: onlySales.rules.claims } });
    await synchronize(host);
    const names = (await peopleOf(host)).map(({ username }) => username).toSorted();
    expect(names).toEqual(['anna', 'clara']);
    await changeConnector(host, { rules: { domains: ['corp.test'] } });
    await synchronize(host);
    expect(await peopleOf(host)).toHaveLength(4);
  });
});
