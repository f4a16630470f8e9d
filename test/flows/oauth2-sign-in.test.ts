/** People sign in at a provider that speaks OAuth 2 without OpenID Connect, from the page of Gatehouse to the tokens of an application. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { type Asked as Request, type StandIn, startStandIn } from '../federation/oauth2/stand-in.js';
import { application, ask, claimsOf, codeOf, exchange, refresh } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, confirmedAgo, ldapRealm } from './ldap-realm.js';
import { asksPassword, errorOf, linksOf } from './redirect-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid profile email orders:write' };
const app = application('public');

interface Person {
  readonly id: number;
  readonly login: string;
  readonly mail?: string;
  readonly teams?: readonly string[];
}
const ADA: Person = { id: 7, login: 'ada', mail: 'ada@example.test', teams: ['sales'] };
const BO: Person = { id: 8, login: 'bo' };
const CY: Person = { id: 9, login: 'cy' };

describe.each(['sqlite', 'mongodb'] as const)('a sign-in at a provider of OAuth 2, on %s', (store) => {
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
  let standIn: StandIn;
  /** By the code that the browser brings. */
  const people = new Map<string, Person>();
  /** What the browser was sent with, by its state. */
  let challenge = '';

  const personBy = ({ headers }: Request): Person | undefined =>
    people.get(headers.get('authorization')?.slice('Bearer token-of-'.length) ?? '');
  beforeAll(async () => {
    standIn = await startStandIn();
    const { url } = standIn;
    const input = connectorInput.parse({
      ...{ id: 'hub', displayName: 'Hub', kind: 'oauth2', secret: 'secret-of-the-client' },
      connection: { authorizationEndpoint: `${url}/authorize`, tokenEndpoint: `${url}/token`, clientId: 'gatehouse' },
      subject: {
        profile: { url: `${url}/me` },
        ...{ id: ['id'], claims: [{ name: 'preferred_username', from: 'login' }] },
        email: { from: 'mail', verified: 'always' },
        groups: [{ url: `${url}/teams`, name: ['name'] }],
      },
      mapping: {
        profile: [
          { field: 'username', from: 'preferred_username' },
          { field: 'email', from: 'email' },
        ],
        groups: [{ exact: 'sales', to: { role: 'seller' } }],
        emailTrust: 'claim',
      },
    });
    expect(await host.parts.connectors.create(by, input)).toMatchObject({ ok: true });
  });
  afterAll(() => standIn.stop());
  beforeEach(() => {
    for (const person of [ADA, BO, CY]) people.set(person.login, person);
    standIn.answers = {
      token({ form }) {
        const isRight = hash('sha256', form.get('code_verifier') ?? '', 'base64url') === challenge;
        if (!isRight) return { status: 400, body: { error: 'invalid_grant' } };
        return { body: { access_token: `token-of-${form.get('code')}`, token_type: 'bearer' } };
      },
      me: (asked) => ({ body: { ...personBy(asked), teams: undefined } }),
      teams: (asked) => ({ body: (personBy(asked)?.teams ?? []).map((name) => ({ name })) }),
    };
  });

  /** Goes there and comes back with an answer. */
  async function returned(answer: Readonly<Record<string, string>>, params: Readonly<Record<string, string>> = ORDERS) {
    const asked = ask(host, app, params);
    const visitor = new Visitor();
    const left = await visitor.visit(linksOf(await visitor.visit(asked.url)).get('Continue with Hub') ?? 'nowhere:');
    expect(left.left).toMatch(`${standIn.url}/authorize?`);
    const { searchParams } = left.url;
    challenge = searchParams.get('code_challenge') ?? '';
    const query = new URLSearchParams({ state: searchParams.get('state') ?? '', ...answer });
    const page = await visitor.visit(`${searchParams.get('redirect_uri')}?${query}`);
    return { asked, visitor, page };
  }
  async function signedIn(code: string) {
    const { asked, page } = await returned({ code });
    const { body } = await exchange(host, asked, codeOf(page));
    return { id: claimsOf(body.id_token), access: claimsOf(body.access_token) };
  }

  test('makes an account for somebody new, and finds it when they come back, with their claims and roles', async () => {
    const first = await signedIn('ada');
    expect(first.id).toMatchObject({ idp: 'hub', amr: ['fed'], acr: 'urn:gatehouse:acr:password' });
    expect(first.access).toMatchObject({ roles: ['seller'], scope: expect.stringContaining('orders:write') });
    const user = await host.parts.users.get(String(first.id['sub']));
    expect(user).toMatchObject({
      ...{ username: 'ada', userstore: 'hub', email: 'ada@example.test', emailVerified: true },
    });
    // Another name there, and no team any more.
    people.set('ada', { ...ADA, login: 'ada-lovelace', teams: [] });
    const again = await signedIn('ada');
    expect(again.id['sub']).toBe(first.id['sub']);
    expect(again.access).toMatchObject({ roles: [] });
  });

  test('lets in two people who have no address, as two people', async () => {
    const [bo, cy] = [await signedIn('bo'), await signedIn('cy')];
    expect(bo.id['sub']).not.toBe(cy.id['sub']);
    for (const { id } of [bo, cy]) {
      const user = await host.parts.users.get(String(id['sub']));
      expect([user?.userstore, user?.email]).toEqual(['hub', undefined]);
    }
  });

  test('asks the provider again when tokens are refreshed, if the connector keeps its refresh tokens', async () => {
    const { connection } = (await host.parts.connectors.get('hub')) ?? { connection: {} };
    await changeConnector(host, { connection: { ...connection, keepRefreshTokens: true } }, 'hub');
    const gives = (code: string) => ({
      body: { access_token: `token-of-${code}`, token_type: 'bearer', refresh_token: `refresh-${code}` },
    });
    standIn.answers = { ...standIn.answers, token: ({ form }) => gives(form.get('code') ?? '') };
    const { asked, visitor, page } = await returned(
      { code: 'ada' },
      { ...ORDERS, scope: 'openid orders:write offline_access', prompt: 'consent' },
    );
    const { body } = await exchange(host, asked, codeOf(await visitor.submit(page, { decision: 'allow' })));
    expect(claimsOf(body.access_token)).toMatchObject({ roles: ['seller'] });
    people.set('ada', { ...ADA, teams: [] });
    await confirmedAgo(host, String(claimsOf(body.id_token)['sub']), 2 * 3_600_000, 'hub');
    standIn.answers = {
      ...standIn.answers,
      token: ({ form }) => gives((form.get('refresh_token') ?? '').slice('refresh-'.length)),
    };
    const today = await refresh(host, app, body.refresh_token);
    expect(claimsOf(today.body.access_token)).toMatchObject({ roles: [] });
    // Whoever is locked out there has no access here.
    await confirmedAgo(host, String(claimsOf(body.id_token)['sub']), 2 * 3_600_000, 'hub');
    standIn.answers = { ...standIn.answers, token: { status: 400, body: { error: 'invalid_grant' } } };
    expect(await refresh(host, app, today.body.refresh_token)).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_grant' } },
    });
    await changeConnector(host, { connection }, 'hub');
  });

  test('says so when the person cancels there', async () => {
    const { page } = await returned({ error: 'access_denied' });
    expect([page.status, errorOf(page)]).toEqual([403, expect.stringContaining('You were not signed in there.')]);
  });

  test('says so when the provider does not accept its own code', async () => {
    standIn.answers = { token: { body: { error: 'bad_verification_code' } } };
    const { page } = await returned({ code: 'ada' });
    expect([page.status, errorOf(page)]).toEqual([503, expect.stringContaining('cannot be signed in there')]);
  });

  test('does not leave for a fresh sign-in, which nothing could confirm, and offers the other ways', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app, { ...ORDERS, prompt: 'login' }).url);
    const stayed = await visitor.visit(linksOf(page).get('Continue with Hub') ?? '');
    expect([stayed.left, stayed.status, asksPassword(stayed)]).toEqual([undefined, 503, true]);
  });
});
