import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, seconds } from '../../src/base/clock.js';
import { application, ask, type Asked, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { passwordOf, stores } from './flow-host.js';

const PASSWORD = 'urn:gatehouse:acr:password';
const TWO_FACTOR = 'urn:gatehouse:acr:two-factor';
const app = application('app');
const vault = application('vault');

/** A realm in which a second factor is asked for where it is required, and nowhere else. */
function realm({
  enrolment = 'open',
  vaultNeeds,
  boardNeeds,
}: Partial<Record<'enrolment' | 'vaultNeeds' | 'boardNeeds', string>>) {
  const client = (id: string, requiredLevel?: string): object => ({
    id,
    name: id,
    authentication: 'none',
    firstParty: true,
    redirectUris: [`https://${id}.test/callback`],
    grantTypes: ['authorization_code', 'refresh_token'],
    ...(requiredLevel !== undefined && { requiredLevel }),
  });
  return {
    settings: { name: 'Step-up', secondFactor: { ask: 'when-required', enrolment } },
    roles: [{ name: 'board', ...(boardNeeds !== undefined && { requiredLevel: boardNeeds }) }],
    clients: [client('app'), client('vault', vaultNeeds)],
    users: [
      { username: 'anna', permanentPassword: true },
      { username: 'ben', permanentPassword: true },
      { username: 'cora', permanentPassword: true, roles: ['board'] },
      { username: 'dora', permanentPassword: true },
    ],
  };
}

describe.each(stores)('a session that was reached by a password alone, on %s:', (store) => {
  const host = useHost({ store, realm: realm({}) });
  const apply = (wanted: Parameters<typeof realm>[0]): Promise<void> => host.writeRealm(realm(wanted));
  beforeAll(async () => {
    for (const username of ['anna', 'cora', 'dora']) phones.set(username, await enrolled(username));
  });

  const phones = new Map<string, Authenticator>();
  async function enrolled(username: string): Promise<Authenticator> {
    const visitor = new Visitor();
    const authRequest = ask(host, app, { acr_values: TWO_FACTOR });
    const page = await signIn(visitor, authRequest, username, passwordOf(host, username));
    const phone = Authenticator.reading(page, host);
    expect(recoveryCodesOn(await visitor.submit(page, { code: phone.code() }))).toHaveLength(10);
    return phone;
  }
  /** A code that was not shown yet. */
  async function codeFor(username: string): Promise<string> {
    await host.advance(seconds(30));
    return phones.get(username)?.code() ?? '';
  }
  async function tokensAt(asked: Asked, page: Page) {
    const { status, body } = await exchange(host, asked, codeOf(page));
    expect(status).toBe(200);
    return body;
  }
  const idTokenAt = async (asked: Asked, page: Page) => claimsOf((await tokensAt(asked, page)).id_token);

  async function session(username: string) {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const tokens = await tokensAt(
      authRequest,
      await signIn(visitor, authRequest, username, passwordOf(host, username)),
    );
    expect(claimsOf(tokens.id_token)).toMatchObject({ acr: PASSWORD, amr: ['pwd'] });
    return { visitor, tokens };
  }

  /** Expects a page that asks for a code and for no password. */
  function asksForCodeAlone(page: Page): void {
    expect([page.status, page.heading]).toEqual([200, 'Enter your code']);
    expect(page.text).not.toContain('type="password"');
  }

  const essential = (acr: object): Record<string, string> => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, ...acr } } }),
  });

  test.each<[string, Record<string, string>]>([
    ['acr_values', { acr_values: TWO_FACTOR }],
    ['acr_values of which it is the best', { acr_values: `urn:unknown ${TWO_FACTOR} ${PASSWORD}` }],
    ['an essential acr of one value', essential({ value: TWO_FACTOR })],
    ['an essential acr of several', essential({ values: ['urn:unknown', TWO_FACTOR] })],
  ])('is asked for the code alone by %s, and says then what was shown and when', async (_by, params) => {
    const { visitor, tokens } = await session('anna');
    await host.advance(minutes(3));
    const authRequest = ask(host, app, params);
    const page = await visitor.visit(authRequest.url);
    asksForCodeAlone(page);
    const claims = await idTokenAt(authRequest, await visitor.submit(page, { code: await codeFor('anna') }));
    expect(claims).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'otp', 'mfa'] });
    expect(claims['auth_time']).toBe(claimsOf(tokens.id_token)['auth_time']);
    // From then on nothing more is asked for.
    codeOf(await visitor.visit(ask(host, app, { ...params, prompt: 'none' }).url));
  });

  test.each<[string, Record<string, string>]>([
    ['acr_values that prefer the password', { acr_values: `${PASSWORD} ${TWO_FACTOR}` }],
    ['an acr that is not essential', { claims: JSON.stringify({ id_token: { acr: { value: TWO_FACTOR } } }) }],
    ['an essential acr of any value', essential({})],
  ])('is asked for nothing by %s', async (_by, params) => {
    const { visitor } = await session('anna');
    const authRequest = ask(host, app, params);
    expect(await idTokenAt(authRequest, await visitor.visit(authRequest.url))).toMatchObject({
      acr: PASSWORD,
      amr: ['pwd'],
    });
  });

  test('stays as it is when the person cancels, or the application wants no page', async () => {
    const { visitor } = await session('anna');
    const silent = await visitor.visit(ask(host, app, { acr_values: TWO_FACTOR, prompt: 'none' }).url);
    expect(silent.url.searchParams.get('error')).toBe('login_required');
    const page = await visitor.visit(ask(host, app, { acr_values: TWO_FACTOR }).url);
    const cancelled = await visitor.submit(page, { decision: 'cancel' });
    expect(cancelled.url.searchParams.get('error')).toBe('access_denied');
    const authRequest = ask(host, app, { prompt: 'none' });
    expect(await idTokenAt(authRequest, await visitor.visit(authRequest.url))).toMatchObject({ acr: PASSWORD });
  });

  test('is asked for the code on the person’s own page, before anything of the factor is changed', async () => {
    const { visitor } = await session('anna');
    const page = await visitor.visit(`${host.issuer}/account/second-factor`);
    asksForCodeAlone(page);
    const nextPage = await visitor.submit(page, { code: await codeFor('anna') });
    expect([nextPage.status, nextPage.url.pathname]).toEqual([200, '/account/second-factor']);
  });

  test('is asked for the code before an owed password is chosen, though no application demands two factors', async () => {
    const { visitor } = await session('dora');
    expect((await host.command('user', 'require-change', 'dora')).code).toBe(0);
    asksForCodeAlone(await visitor.visit(ask(host, app).url));

    // A password alone cannot be used to choose the next one, even after a new sign-in.
    const [thief, asked] = [new Visitor(), ask(host, app)];
    const page = await signIn(thief, asked, 'dora', passwordOf(host, 'dora'));
    asksForCodeAlone(page);
    const own = { password: 'chosen by nobody else', again: 'chosen by nobody else' };
    const body = new URLSearchParams({ ...page.fields, ...own });
    asksForCodeAlone(await thief.visit(page.action.href.replace(/[^/]+$/, 'password'), { method: 'POST', body }));

    const choose = await thief.submit(page, { code: await codeFor('dora') });
    expect(choose.heading).toBe('Choose a new password');
    expect(await idTokenAt(asked, await thief.submit(choose, own))).toMatchObject({ acr: TWO_FACTOR });
    const after = ask(host, app);
    const again = await signIn(new Visitor(), after, 'dora', own.password);
    expect(await idTokenAt(after, again)).toMatchObject({ acr: PASSWORD });
  });

  describe('once it has reached two factors,', () => {
    test.each<[string, Record<string, string>, string]>([
      ['an essential acr that lists the password alone is told so', essential({ values: [PASSWORD] }), PASSWORD],
      ['an essential acr of one value too', essential({ value: PASSWORD }), PASSWORD],
      ['one that lists both is told the higher', essential({ values: [PASSWORD, TWO_FACTOR] }), TWO_FACTOR],
      ['acr_values are told what was reached', { acr_values: PASSWORD }, TWO_FACTOR],
    ])('%s', async (_what, params, told) => {
      const visitor = new Visitor();
      const first = ask(host, app, { acr_values: TWO_FACTOR });
      const page = await signIn(visitor, first, 'anna', passwordOf(host, 'anna'));
      codeOf(await visitor.submit(page, { code: await codeFor('anna') }));
      const authRequest = ask(host, app, params);
      const tokens = await tokensAt(authRequest, await visitor.visit(authRequest.url));
      expect(claimsOf(tokens.id_token)).toMatchObject({ acr: told, amr: ['pwd', 'otp', 'mfa'] });
      const refreshed = await refresh(host, app, tokens.refresh_token);
      expect(claimsOf(refreshed.body.id_token)).toMatchObject({ acr: told });
      // The session has lost nothing by it.
      const after = ask(host, app, { prompt: 'none', acr_values: TWO_FACTOR });
      expect(await idTokenAt(after, await visitor.visit(after.url))).toMatchObject({ acr: TWO_FACTOR });
    });
  });

  test('is asked for the code once its application demands two factors, and its tokens live on', async () => {
    const { visitor, tokens } = await session('anna');
    codeOf(await visitor.visit(ask(host, vault).url));
    await apply({ vaultNeeds: TWO_FACTOR });
    await host.restart();
    expect((await visitor.visit(ask(host, vault, { prompt: 'none' }).url)).url.searchParams.get('error')).toBe(
      'login_required',
    );
    codeOf(await visitor.visit(ask(host, app, { prompt: 'none' }).url));
    const authRequest = ask(host, vault);
    const page = await visitor.visit(authRequest.url);
    asksForCodeAlone(page);
    const claims = await idTokenAt(authRequest, await visitor.submit(page, { code: await codeFor('anna') }));
    expect(claims).toMatchObject({ acr: TWO_FACTOR });
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
  });

  test('is asked for the code everywhere once a role of the person demands two factors', async () => {
    const { visitor } = await session('cora');
    await apply({ boardNeeds: TWO_FACTOR });
    await host.restart();
    const authRequest = ask(host, app);
    const page = await visitor.visit(authRequest.url);
    asksForCodeAlone(page);
    const claims = await idTokenAt(authRequest, await visitor.submit(page, { code: await codeFor('cora') }));
    expect(claims).toMatchObject({ acr: TWO_FACTOR });
  });

  test('of somebody without a second factor is refused two where enrolment is closed, and goes on without', async () => {
    const { visitor } = await session('ben');
    const page = await visitor.visit(`${host.issuer}/account/second-factor`);
    const phone = Authenticator.reading(page, host);
    await apply({ enrolment: 'closed', vaultNeeds: TWO_FACTOR });
    await host.restart();
    for (const authRequest of [ask(host, app, { acr_values: TWO_FACTOR }), ask(host, vault)]) {
      const answer = await visitor.visit(authRequest.url);
      expect(answer.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
    }
    codeOf(await visitor.visit(ask(host, app, { acr_values: `${TWO_FACTOR} ${PASSWORD}` }).url));
    // An enrolment that began before it was closed cannot be completed afterwards.
    const late = await visitor.submit(page, { code: phone.code() });
    expect(recoveryCodesOn(late)).toEqual([]);
    expect((await visitor.visit(`${host.issuer}/account/second-factor`)).text).not.toContain(
      '<form method="post" action="/account',
    );
    // A user who has one is asked for it as before.
    const { visitor: anna } = await session('anna');
    asksForCodeAlone(await anna.visit(ask(host, vault).url));
  });
});
