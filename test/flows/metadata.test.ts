/** The metadata is true and complete (RFC 8414, OpenID Connect Discovery). */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { MACHINE_SECRET, ORDERS, passwordOf, flowRealm } from './flow-host.js';

const app = application('public');
const keys: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const keyOf = (alg: string) => {
  const pair = keys[alg];
  if (!pair) throw new Error(`The metadata names ${alg}, for which this test has no key.`);
  return pair;
};
const jwkOf = (alg: string) => ({ ...keyOf(alg).publicKey.export({ format: 'jwk' }), kid: alg, alg });
const ID_TOKEN_CLIENTS: Readonly<Record<string, string>> = {
  ES256: 'signed-es',
  RS256: 'public',
  PS256: 'signed-ps',
  EdDSA: 'signed-ed',
};

/** A client whose ID tokens are signed as this says. */
const signedWith = (id: string, more: object): object => ({
  ...{ id, name: id, authentication: 'none', firstParty: true, redirectUris: [`https://${id}.test/callback`] },
  ...more,
});

interface Metadata {
  readonly [endpoint: `${string}_endpoint`]: string;
  readonly [list: `${string}_supported`]: readonly string[] | boolean;
  readonly jwks_uri: string;
  readonly issuer: string;
}

describe.each(['', '/people/id'])('an issuer with the path "%s"', (issuerPath) => {
  let metadata: Metadata;
  const host = useHost(
    flowRealm('sqlite', {
      clients: [
        {
          ...{ id: 'keyed', name: 'Has keys', authentication: 'private_key_jwt', firstParty: true },
          grantTypes: ['client_credentials', 'authorization_code'],
          redirectUris: ['https://keyed.test/callback'],
          resourceServers: ['https://orders.test'],
          defaultResourceServer: 'https://orders.test',
          jwks: { keys: Object.keys(keys).map(jwkOf) },
        },
        signedWith('signed-es', { idTokenAlgorithm: 'ES256' }),
        {
          ...{ id: 'codeless', name: 'No codes', authentication: 'client_secret_post', secret: '${MACHINE_SECRET}' },
          grantTypes: ['client_credentials'],
          redirectUris: ['https://codeless.test/callback'],
        },
        signedWith('signed-ed', { idTokenAlgorithm: 'EdDSA' }),
        signedWith('signed-ps', { idTokenAlgorithm: 'PS256', subjectType: 'pairwise' }),
      ],
      ...(issuerPath !== '' && { issuerPath }),
    }),
  );
  beforeAll(async () => {
    metadata = (await (await fetch(`${host.issuer}/.well-known/openid-configuration`)).json()) as Metadata;
  });

  const list = (name: `${string}_supported`): readonly string[] => {
    const value = metadata[name];
    if (!Array.isArray(value)) throw new Error(`The metadata has no ${name}.`);
    return value as readonly string[];
  };
  const now = (): number => Math.floor((Date.now() + host.ahead()) / 1000);
  const sign = (
    alg: string,
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>> = {},
  ) =>
    new SignJWT({ jti: randomUUID(), iat: now(), exp: now() + 60, ...claims })
      .setProtectedHeader({ alg, kid: alg, ...header })
      .sign(keyOf(alg).privateKey);
  const assertion = (alg: string) => sign(alg, { iss: 'keyed', sub: 'keyed', aud: host.issuer });
  const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const signedInAs = (url: URL, visitor = new Visitor(), username = 'dora') =>
    signIn(visitor, { url }, username, passwordOf(host, username));
  async function tokensOf(by = app, params: Readonly<Record<string, string>> = {}) {
    const authRequest = ask(host, by, params);
    const { status, body } = await exchange(host, authRequest, codeOf(await signedInAs(authRequest.url)));
    expect(status).toBe(200);
    return body;
  }

  test('says the same in both of its forms, and names itself as it is', async () => {
    const other = await fetch(`${host.issuer}/.well-known/oauth-authorization-server`);
    expect(await other.json()).toEqual(metadata);
    expect(metadata.issuer).toBe(host.issuer);
  });

  test('names every endpoint there is, each below the issuer, and each answers as itself', async () => {
    const named = Object.keys(metadata).filter((name) => /_endpoint$|^jwks_uri$/.test(name));
    expect(named.sort()).toEqual([
      'authorization_endpoint',
      'end_session_endpoint',
      'introspection_endpoint',
      'jwks_uri',
      'pushed_authorization_request_endpoint',
      'revocation_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
    ]);
    const posted = async (endpoint: `${string}_endpoint`): Promise<string> => {
      const answer = await fetch(metadata[endpoint] ?? '', {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'x' }),
      });
      return `${answer.status} ${((await answer.json()) as { error: string }).error}`;
    };
    for (const endpoint of [
      'introspection_endpoint',
      'revocation_endpoint',
      'token_endpoint',
      'pushed_authorization_request_endpoint',
    ] as const) {
      expect(metadata[endpoint]).toMatch(new RegExp(`^${host.issuer}/`));
      expect([endpoint, await posted(endpoint)]).toEqual([endpoint, expect.stringMatching(/^40[01] invalid_/)]);
    }
    expect((await fetch(metadata['userinfo_endpoint'] ?? '')).status).toBe(401);
    expect((await fetch(metadata.jwks_uri)).status).toBe(200);
    const page = await new Visitor().visit(metadata['end_session_endpoint'] ?? '');
    expect([page.status, page.url.href.startsWith(`${host.issuer}/`)]).toEqual([200, true]);
    expect(metadata['authorization_endpoint']).toBe(`${host.issuer}/auth`);
    codeOf(await signedInAs(ask(host, app).url));
  });

  test('names the response type and modes that work, and no other works', async () => {
    expect(metadata['response_types_supported']).toEqual(['code']);
    expect([...list('response_modes_supported')].sort()).toEqual(['form_post', 'fragment', 'query']);
    for (const mode of list('response_modes_supported')) {
      const page = await signedInAs(ask(host, app, { response_mode: mode }).url);
      const fragment = new URLSearchParams(page.url.hash.slice(1));
      const code = {
        form_post: page.fields['code'],
        fragment: fragment.get('code'),
        query: page.url.searchParams.get('code'),
      };
      expect([mode, code[mode as keyof typeof code]]).toEqual([mode, expect.any(String)]);
    }
    for (const mode of ['web_message', 'query.jwt', 'jwt', 'nonsense']) {
      const page = await new Visitor().visit(ask(host, app, { response_mode: mode }).url);
      expect([mode, page.url.href + page.text]).toEqual([mode, expect.stringMatching(/unsupported_response_mode/)]);
    }
  });

  test('names the challenge method that works, and no other works', async () => {
    expect(metadata['code_challenge_methods_supported']).toEqual(['S256']);
    const plain = await new Visitor().visit(ask(host, app, { code_challenge_method: 'plain' }).url);
    expect(plain.url.searchParams.get('error')).toBe('invalid_request');
  });

  test('names the grants that work, and every other is unknown', async () => {
    expect([...list('grant_types_supported')].sort()).toEqual([
      'authorization_code',
      'client_credentials',
      'refresh_token',
    ]);
    const { refresh_token: refreshToken } = await tokensOf();
    expect((await refresh(host, app, refreshToken)).status).toBe(200);
    for (const grant of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']) {
      const { body } = await token(host, app, { grant_type: grant, username: 'alice', password: 'x' });
      expect([grant, body.error]).toEqual([grant, 'unsupported_grant_type']);
    }
  });

  test('tells a grant that this client may not use from one that nobody knows (RFC 6749 5.2, 4.1.2.1)', async () => {
    const machine = { id: 'machine' };
    const secret = { client_secret: MACHINE_SECRET };
    const errorOf = async (
      by: { readonly id: string },
      params: Readonly<Record<string, string>>,
    ): Promise<unknown[]> => {
      const { status, body } = await token(host, by, params);
      return [status, body.error];
    };
    const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://machine.test/' };
    expect(await errorOf(machine, { ...secret, ...code })).toEqual([400, 'unauthorized_client']);
    expect(await errorOf(machine, { ...secret, grant_type: 'refresh_token', refresh_token: 'x' })).toEqual([
      400,
      'unauthorized_client',
    ]);
    expect(await errorOf(app, { grant_type: 'client_credentials' })).toEqual([400, 'unauthorized_client']);
    expect(await errorOf(machine, { ...secret, grant_type: 'nonsense' })).toEqual([400, 'unsupported_grant_type']);
    // Client authentication is checked first.
    expect(await errorOf(machine, { client_secret: 'x', grant_type: 'authorization_code' })).toEqual([
      401,
      'invalid_client',
    ]);
    const pushed = await fetch(`${host.issuer}/request`, {
      method: 'POST',
      body: new URLSearchParams({
        ...Object.fromEntries(ask(host, app).url.searchParams),
        client_id: 'machine',
        ...secret,
      }),
    });
    expect([pushed.status, await pushed.json()]).toMatchObject([400, { error: 'unauthorized_client' }]);
    const back = await new Visitor().visit(ask(host, application('codeless')).url);
    expect([back.url.origin, back.url.searchParams.get('error')]).toEqual([
      'https://codeless.test',
      'unauthorized_client',
    ]);
    // It has no redirect URI: nobody is sent anywhere.
    const page = await new Visitor().visit(ask(host, app, { client_id: 'machine' }).url);
    expect([page.status, page.url.origin]).toEqual([400, new URL(host.issuer).origin]);
  });

  test('asks for authentication where none was sent, or another kind than there is, with 401', async () => {
    const endpoints = ['token', 'introspection', 'revocation', 'pushed_authorization_request'];
    for (const endpoint of endpoints) {
      const at = metadata[`${endpoint}_endpoint`] ?? '';
      const sent = async (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
        const answer = await fetch(at, {
          method: 'POST',
          body: new URLSearchParams({ token: 'x', ...fields }),
          headers,
        });
        const { error } = (await answer.json()) as { error?: string };
        return [endpoint, answer.status, error, answer.headers.get('www-authenticate')?.split(' ')[0]];
      };
      const refused = [endpoint, 401, 'invalid_client'];
      const challenge = endpoint === 'introspection' ? 'Basic' : undefined;
      expect(await sent({})).toEqual([...refused, challenge]);
      expect(await sent({ client_id: 'public' }, { authorization: 'Bearer x' })).toEqual([...refused, 'Basic']);
      expect(await sent({ client_id: 'public' }, { authorization: 'Digest x' })).toEqual([...refused, 'Basic']);
      // Two kinds at once are a faulty request.
      const both = { client_id: 'machine', client_secret: MACHINE_SECRET };
      expect((await sent(both, { authorization: 'Bearer x' })).slice(1, 3)).toEqual([400, 'invalid_request']);
    }
  });

  test('names the ways in which a client shows who it is, at every endpoint that asks', async () => {
    const machine = { grant_type: 'client_credentials' };
    const ways: Readonly<Record<string, () => Promise<{ readonly status: number }>>> = {
      none: () => tokensOf().then(() => ({ status: 200 })),
      client_secret_basic: () => token(host, { id: 'orders-api', secret: MACHINE_SECRET }, machine),
      client_secret_post: () => token(host, { id: 'machine' }, { ...machine, client_secret: MACHINE_SECRET }),
      private_key_jwt: async () =>
        token(
          host,
          { id: 'keyed' },
          { ...machine, client_assertion_type: ASSERTION, client_assertion: await assertion('ES256') },
        ),
    };
    expect([...list('token_endpoint_auth_methods_supported')].sort()).toEqual(Object.keys(ways).sort());
    for (const [way, using] of Object.entries(ways)) expect([way, (await using()).status]).toEqual([way, 200]);
    for (const endpoint of ['introspection', 'revocation'] as const) {
      const publicClients = endpoint === 'revocation';
      expect([...list(`${endpoint}_endpoint_auth_methods_supported`)].sort()).toEqual(
        Object.keys(ways)
          .filter((way) => way !== 'none' || publicClients)
          .sort(),
      );
      expect(metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(
        metadata['token_endpoint_auth_signing_alg_values_supported'],
      );
      const requests: readonly (readonly [Readonly<Record<string, string>>, string?])[] = [
        [{ client_id: 'public' }],
        [{ client_id: 'machine', client_secret: MACHINE_SECRET }],
        [{}, `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}`],
        [{ client_id: 'keyed', client_assertion_type: ASSERTION, client_assertion: await assertion('ES256') }],
      ];
      for (const [fields, authorization] of requests) {
        const answer = await fetch(metadata[`${endpoint}_endpoint`] ?? '', {
          method: 'POST',
          body: new URLSearchParams({ ...fields, token: 'x' }),
          headers: authorization === undefined ? {} : { authorization },
        });
        const taken = fields['client_id'] !== 'public' || publicClients;
        expect([endpoint, fields, answer.status]).toEqual([endpoint, fields, taken ? 200 : 401]);
      }
    }
  });

  test('names the algorithms by which clients sign assertions, requests and proofs', async () => {
    const expected = Object.keys(keys).sort();
    for (const what of ['token_endpoint_auth', 'request_object', 'dpop'] as const) {
      expect([...list(`${what}_signing_alg_values_supported`)].sort()).toEqual(expected);
    }
    const machine = { grant_type: 'client_credentials', client_assertion_type: ASSERTION };
    const keyed = application('keyed');
    for (const alg of expected) {
      const { status } = await token(host, { id: 'keyed' }, { ...machine, client_assertion: await assertion(alg) });
      expect([alg, status]).toEqual([alg, 200]);

      const authRequest = ask(host, keyed);
      const request = await sign(alg, {
        ...Object.fromEntries(authRequest.url.searchParams),
        iss: 'keyed',
        aud: host.issuer,
      });
      const url = new URL(`${host.issuer}/auth`);
      url.search = new URLSearchParams({ client_id: 'keyed', request }).toString();
      codeOf(await signedInAs(url));

      const jwk = keyOf(alg).publicKey.export({ format: 'jwk' });
      const proof = await sign(alg, { htm: 'POST', htu: metadata['token_endpoint'] }, { typ: 'dpop+jwt', jwk });
      const body = new URLSearchParams({ ...machine, client_id: 'keyed', client_assertion: await assertion(alg) });
      const proven = await fetch(metadata['token_endpoint'] ?? '', { method: 'POST', body, headers: { dpop: proof } });
      // Right but for the nonce, which comes with the answer.
      expect([alg, ((await proven.json()) as { error: string }).error]).toEqual([alg, 'use_dpop_nonce']);
    }
  });

  test('names the algorithms and the sorts of names that ID tokens come in', async () => {
    expect([...list('id_token_signing_alg_values_supported')].sort()).toEqual(Object.keys(ID_TOKEN_CLIENTS).sort());
    expect([...list('subject_types_supported')].sort()).toEqual(['pairwise', 'public']);
    const subjects = new Set<unknown>();
    for (const [alg, id] of Object.entries(ID_TOKEN_CLIENTS)) {
      const { id_token: idToken } = await tokensOf(application(id));
      const header = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()) as { alg: string };
      expect(header.alg).toBe(alg);
      subjects.add(claimsOf(idToken)['sub']);
    }
    expect(subjects.size).toBe(2);
  });

  test('names the scopes that may be asked for, and no claim that nobody is told', async () => {
    const scopes = list('scopes_supported');
    // Without the one that is consented to anew each time.
    const got = await tokensOf(app, { scope: scopes.filter((each) => each !== 'offline_access').join(' ') });
    expect(got.scope.split(' ').sort()).toEqual([...scopes].filter((each) => each !== 'offline_access').sort());
    const claims = (await (await userinfo(host, got.access_token)).json()) as Record<string, unknown>;
    const known = new Set([...Object.keys(claims), ...Object.keys(claimsOf(got.id_token))]);
    // This user lacks these claims, or a client gets them only by requesting them by name or by a mapping.
    const elsewhere =
      'roles permissions groups customer_group userstore amr acr auth_time sid preferred_username'.split(' ');
    for (const claim of list('claims_supported')) {
      expect([claim, known.has(claim) || elsewhere.includes(claim)]).toEqual([claim, true]);
    }
    for (const claim of known)
      expect([claim, list('claims_supported').includes(claim) || isOfJwt(claim)]).toEqual([claim, true]);
  });

  test('names the levels that can be reached, the languages of its pages, and what it takes besides', async () => {
    expect(metadata['acr_values_supported']).toEqual(['urn:gatehouse:acr:password', 'urn:gatehouse:acr:two-factor']);
    for (const level of list('acr_values_supported')) {
      const page = await signedInAs(ask(host, app, { acr_values: level }).url);
      expect(page.url.searchParams.get('error')).toBeNull();
    }
    expect(list('ui_locales_supported')).toEqual(['en', 'de']);
    for (const locale of list('ui_locales_supported')) {
      const page = await new Visitor().visit(ask(host, app, { ui_locales: locale }).url);
      expect(page.text).toContain(`<html lang="${locale}"`);
    }
    expect(metadata).toMatchObject({
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
    });
    const page = await signedInAs(ask(host, app).url);
    expect(page.url.searchParams.get('iss')).toBe(host.issuer);
  });

  test('names no key that signs nothing, and hides none: an access token verifies by what is published', async () => {
    const { keys: published } = (await (await fetch(metadata.jwks_uri)).json()) as { keys: Record<string, string>[] };
    const machine = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_secret: MACHINE_SECRET, resource: ORDERS },
    );
    const header = JSON.parse(
      Buffer.from(machine.body.access_token.split('.')[0] ?? '', 'base64url').toString(),
    ) as Record<string, string>;
    expect(published.map(({ kid }) => kid)).toContain(header['kid']);
    for (const key of published) for (const secret of ['d', 'p', 'q', 'k']) expect(key).not.toHaveProperty(secret);
  });
});

const isOfJwt = (claim: string): boolean => ['iss', 'aud', 'exp', 'iat', 'nonce', 'at_hash'].includes(claim);
