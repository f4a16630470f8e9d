/**
 * The claims of tokens for roles, permissions and groups, by the mappings of resource servers and clients, and within the token
 * budget.
 */
import { describe, expect, test } from '@jest/globals';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  introspect,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { MACHINE_SECRET, passwordOf, stores } from './flow-host.js';

const app = application('public');
const docs = application('docs', MACHINE_SECRET);
const VERIFIES = 'https://verifies.test';
const [DOCS, OPAQUE, ORDERS, SILENT] = [
  'https://docs.test',
  'https://opaque.test',
  'https://orders.test',
  'https://silent.test',
];
const EVERYTHING = 'openid roles groups segments customer_group';

describe.each(stores)('on %s,', (store) => {
  const host = useHost({ store, realmFile: 'test/flows/token-claims.realm.yaml', env: { MACHINE_SECRET } });

  /** @param besides another API, for which a refresh may ask a token */
  async function answer(username: string, resource: string | undefined, scope: string, by = app, besides?: string) {
    const authRequest = ask(host, by, { scope, ...(resource !== undefined && { resource }) });
    if (besides !== undefined) authRequest.url.searchParams.append('resource', besides);
    const page = await signIn(new Visitor(), authRequest, username, passwordOf(host, username));
    return token(host, by, {
      grant_type: 'authorization_code',
      code: codeOf(page),
      redirect_uri: by.redirectUri,
      code_verifier: authRequest.verifier,
      ...(resource !== undefined && { resource }),
    });
  }
  async function tokensFor(...asked: Parameters<typeof answer>) {
    const { status, body } = await answer(...asked);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  describe('an access token', () => {
    test('tells what its resource server wants told, under the names and in the form that it knows', async () => {
      const { access_token } = await tokensFor('dora', DOCS, EVERYTHING);
      const claims = claimsOf(access_token);
      expect(claims).toMatchObject({
        authorities: ['ROLE_doc-writer'],
        perms: 'docs:read docs:write',
        'https://docs.test/teams': ['sales', 'sales, north'],
        segments: ['everybody in Berlin'],
        tier: 'gold',
      });
      for (const usual of ['roles', 'permissions', 'groups', 'customer_group', 'left_out'])
        expect(claims).not.toHaveProperty([usual]);
    });

    test('tells of groups only where the person was asked for the scope that releases them', async () => {
      const claims = claimsOf((await tokensFor('dora', DOCS, 'openid groups')).access_token);
      expect(claims).toMatchObject({ authorities: ['ROLE_doc-writer'], 'https://docs.test/teams': expect.anything() });
      expect(claims).not.toHaveProperty('segments');
      expect(claims).not.toHaveProperty('tier');
    });

    test('tells nothing where its resource server wants nothing, and the usual where that says nothing', async () => {
      const silent = claimsOf((await tokensFor('dora', SILENT, EVERYTHING)).access_token);
      expect(Object.keys(silent).sort()).toEqual(
        ['acr', 'amr', 'aud', 'auth_time', 'client_id', 'exp', 'iat', 'idp', 'iss', 'jti', 'scope', 'sub'].sort(),
      );
      expect(claimsOf((await tokensFor('dora', ORDERS, EVERYTHING)).access_token)).toMatchObject({
        roles: [],
        permissions: [],
      });
    });

    test('of a client that acts for itself tells its own roles and permissions under the same names, and no groups', async () => {
      const { body } = await token(
        host,
        { id: 'machine' },
        { grant_type: 'client_credentials', client_id: 'machine', client_secret: MACHINE_SECRET, resource: DOCS },
      );
      const claims = claimsOf(body.access_token);
      expect(claims).toMatchObject({ authorities: ['ROLE_doc-writer'], perms: 'docs:read docs:write' });
      expect(claims).not.toHaveProperty(['https://docs.test/teams']);
    });

    test('that is opaque says the same at introspection, and no name passes for two', async () => {
      const { access_token } = await tokensFor('dora', OPAQUE, EVERYTHING);
      expect((await introspect(host, docs, access_token)).body).toMatchObject({
        active: true,
        authorities: ['ROLE_doc-writer'],
        // "sales, north" has the separator in it.
        groups: 'sales',
      });
    });
  });

  describe('an application', () => {
    const mapped = application('mapped');

    test('is told by its own mapping, in its ID token as at userinfo', async () => {
      const { id_token, access_token } = await tokensFor('dora', undefined, EVERYTHING, mapped);
      const expectedClaims = {
        realm_roles: 'doc-writer vault-keeper',
        memberOf: ['cn=sales', 'cn=sales, north'],
        document_permissions: ['docs:read', 'docs:write', 'vaults:open'],
      };
      const atUserinfo = (await (await userinfo(host, access_token)).json()) as object;
      for (const claims of [claimsOf(id_token), atUserinfo]) {
        expect(claims).toMatchObject(expectedClaims);
        for (const usual of ['roles', 'groups', 'segments', 'customer_group', 'permissions'])
          expect(claims).not.toHaveProperty([usual]);
      }
    });

    test('is told no more than the scopes release', async () => {
      const { id_token } = await tokensFor('dora', undefined, 'openid groups', mapped);
      expect(claimsOf(id_token)).toMatchObject({ memberOf: ['cn=sales', 'cn=sales, north'] });
      expect(claimsOf(id_token)).not.toHaveProperty('realm_roles');
      expect(claimsOf(id_token)).not.toHaveProperty('document_permissions');
    });

    test('is told no permissions that its mapping does not name, though it asks for that claim', async () => {
      const claims = JSON.stringify({ id_token: { permissions: null, roles: null } });
      const authRequest = ask(host, app, { scope: 'openid', claims });
      const page = await signIn(new Visitor(), authRequest, 'dora', passwordOf(host, 'dora'));
      const { body } = await token(host, app, {
        grant_type: 'authorization_code',
        code: codeOf(page),
        redirect_uri: app.redirectUri,
        code_verifier: authRequest.verifier,
      });
      expect(claimsOf(body.id_token)).toMatchObject({ roles: ['doc-writer', 'vault-keeper'] });
      expect(claimsOf(body.id_token)).not.toHaveProperty('permissions');
    });
  });

  describe('a token that would be longer than its client may have', () => {
    const [refusing, dropping, referring] = [application('refuse'), application('drops-'), application('refers')];

    test('is refused, and its length told', async () => {
      const first = await tokensFor('crowd', DOCS, 'openid groups');
      const { status, body } = await answer('crowd', DOCS, 'openid groups', refusing);
      expect([status, body]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })]);
      const { error_description: why } = body as unknown as { readonly error_description: string };
      // The length is exact, because the two clients' ids have the same length.
      expect(why).toContain(
        `the access token would have ${first.access_token.length} bytes and the client may have 1024`,
      );
    });

    test('is refused at a refresh too, which uses nothing up', async () => {
      const { refresh_token } = await tokensFor('crowd', SILENT, 'roles groups', refusing, DOCS);
      const { status, body } = await refresh(host, refusing, refresh_token, { resource: DOCS });
      expect([status, body]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })]);
      const narrower = await refresh(host, refusing, refresh_token, { resource: DOCS, scope: 'roles' });
      expect(narrower.status).toBe(200);
      expect(claimsOf(narrower.body.access_token)).toMatchObject({ authorities: ['ROLE_doc-writer'] });
    });

    test('goes without its groups, and says so', async () => {
      const { access_token, id_token } = await tokensFor('crowd', DOCS, EVERYTHING, dropping);
      const claims = claimsOf(access_token);
      expect(claims).toMatchObject({
        authorities: ['ROLE_doc-writer'],
        perms: 'docs:read docs:write',
        left_out: ['https://docs.test/teams', 'segments'],
      });
      expect(claims).not.toHaveProperty(['https://docs.test/teams']);
      expect(claimsOf(id_token)).toMatchObject({ roles: ['doc-writer'], left_out: ['groups', 'segments'] });
      expect(claimsOf(id_token)).not.toHaveProperty('groups');

      const { code, out } = await host.command('explain', 'token', String(claims['jti']));
      expect([code, out.join('\n')]).toEqual([
        0,
        expect.stringMatching(
          /It would have had \d+ bytes of 1024: https:\/\/docs.test\/teams, segments were left out\./,
        ),
      ]);
    });

    test('becomes a reference where its resource server accepts one, which is told everything', async () => {
      const { access_token, id_token } = await tokensFor('crowd', DOCS, EVERYTHING, referring);
      expect(access_token).not.toContain('.');
      const { body: said } = await introspect(host, docs, access_token);
      expect(said).toMatchObject({ active: true, aud: DOCS, authorities: ['ROLE_doc-writer'], client_id: 'refers' });
      expect(said['https://docs.test/teams']).toHaveLength(6);
      expect(claimsOf(id_token)).toMatchObject({ left_out: ['roles', 'groups', 'segments'] });

      const { code, out } = await host.command('explain', 'token', access_token);
      expect([code, out.join('\n')]).toEqual([0, expect.stringContaining('so a reference was handed out')]);
    });

    test('is no reference where the resource server takes JWTs alone', async () => {
      const { status, body } = await answer('crowd', VERIFIES, 'openid groups', referring);
      expect([status, body]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })]);
      expect((await tokensFor('crowd', ORDERS, 'openid', referring)).access_token).toContain('.');
      const { id_token, access_token } = await tokensFor('crowd', undefined, 'openid groups', referring);
      expect(claimsOf(id_token)).toMatchObject({ left_out: ['groups'] });
      const claims = (await (await userinfo(host, access_token)).json()) as { readonly groups: readonly string[] };
      expect(claims.groups).toHaveLength(6);
    });
  });

  test('what a mapping tells is looked at anew at each refresh', async () => {
    const before = await tokensFor('dora', DOCS, EVERYTHING);
    expect(claimsOf(before.access_token)).toMatchObject({ authorities: ['ROLE_doc-writer'] });
    await host.advance(Date.parse('2029-12-31T23:59:00Z') - (Date.now() + host.ahead()));
    const fresh = await tokensFor('dora', DOCS, EVERYTHING);
    await host.advance(120_000);
    const { status, body } = await refresh(host, app, fresh.refresh_token, { resource: DOCS });
    expect(status).toBe(200);
    expect(claimsOf(body.access_token)).toMatchObject({ authorities: [], tier: 'gold' });
    expect(claimsOf(body.access_token)).not.toHaveProperty('perms');
  });
});
