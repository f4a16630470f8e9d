import { describe, expect, test } from '@jest/globals';
import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { application, ask, claimsOf, codeOf, signIn, type Tokens } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, MACHINE_SECRET, ORDERS, passwordOf, stores } from './flow-host.js';

const app = application('bound');
const LEDGER = 'https://ledger.test';

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const own = newKey();
const stolen = newKey();
type Pair = ReturnType<typeof newKey>;
const publicOf = ({ publicKey }: { readonly publicKey: KeyObject }) => publicKey.export({ format: 'jwk' });

describe.each(stores)('on %s:', (kind) => {
  /** The server's last nonce. */
  let nonce = '';
  const host = useHost(flowRealm(kind));

  const proof = (
    path: string,
    claims: Readonly<Record<string, unknown>> = {},
    { privateKey, publicKey }: Pair = own,
    method = 'POST',
  ): Promise<string> => {
    const iat = Math.floor((Date.now() + host.ahead()) / 1000);
    return new SignJWT({ htm: method, htu: `${host.issuer}${path}`, jti: randomUUID(), iat, nonce, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) })
      .sign(privateKey);
  };
  async function token(params: Readonly<Record<string, string>>, dpop?: string) {
    const answer = await fetch(`${host.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'bound', ...params }),
      headers: dpop === undefined ? {} : { dpop },
    });
    nonce = answer.headers.get('dpop-nonce') ?? nonce;
    return { status: answer.status, body: (await answer.json()) as Tokens & { error?: string; token_type?: string } };
  }
  /** Learns a nonce, as every client does at its first request. */
  async function learn(): Promise<void> {
    const first = await token(
      { grant_type: 'refresh_token', refresh_token: 'x.y' },
      await proof('/token', { nonce: undefined }),
    );
    expect(first.body.error).toBe('use_dpop_nonce');
    expect(nonce).not.toBe('');
  }
  async function codeAndVerifier(more: Readonly<Record<string, string>> = {}) {
    const authRequest = ask(host, app, more);
    const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));
    return {
      grant_type: 'authorization_code',
      code,
      redirect_uri: app.redirectUri,
      code_verifier: authRequest.verifier,
    };
  }
  async function bound(more: Readonly<Record<string, string>> = {}) {
    const exchange = await codeAndVerifier(more);
    const { status, body } = await token(exchange, await proof('/token'));
    expect(status).toBe(200);
    return body;
  }
  const refreshed = (value: string, dpop?: string, more: Readonly<Record<string, string>> = {}) =>
    token({ grant_type: 'refresh_token', refresh_token: value, ...more }, dpop);
  const ath = (value: string): string => createHash('sha256').update(value).digest('base64url');
  const userinfo = (value: string, dpop: string, scheme = 'DPoP') =>
    fetch(`${host.issuer}/me`, { headers: { authorization: `${scheme} ${value}`, dpop } });
  const introspect = async (value: string) => {
    const authorization = `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}`;
    const body = new URLSearchParams({ token: value });
    const answer = await fetch(`${host.issuer}/token/introspection`, {
      method: 'POST',
      body,
      headers: { authorization },
    });
    return (await answer.json()) as Record<string, unknown>;
  };

  test('a client learns the nonce from its first refusal, and that refusal costs it nothing', async () => {
    const exchange = await codeAndVerifier();
    const first = await token(exchange, await proof('/token', { nonce: undefined }));
    expect([first.status, first.body.error]).toEqual([400, 'use_dpop_nonce']);
    expect((await token(exchange, await proof('/token'))).status).toBe(200);
  });

  test('its tokens say which key they are bound to, JWT and opaque, itself and at introspection', async () => {
    await learn();
    const jkt = await calculateJwkThumbprint(publicOf(own));
    for (const [resource, scope] of [
      [ORDERS, 'openid orders:read'],
      [LEDGER, 'openid ledger:read'],
    ] as const) {
      const tokens = await bound({ resource, scope });
      expect(tokens.token_type).toBe('DPoP');
      const { body } = await refreshed(tokens.refresh_token, await proof('/token'), { resource });
      if (resource === ORDERS) expect(claimsOf(body.access_token)).toMatchObject({ cnf: { jkt } });
      expect(await introspect(body.access_token)).toMatchObject({ active: true, cnf: { jkt }, token_type: 'DPoP' });
    }
  });

  test.each([
    ['a token', {}],
    ['a JWT for an API', { scope: 'openid orders:read', resource: ORDERS }],
    ['an opaque token for an API', { scope: 'openid ledger:read', resource: LEDGER }],
  ])('%s opens userinfo with a proof of its key over that very token, and no other way', async (_which, params) => {
    await learn();
    const { access_token: value } = await bound(params);
    const good = { ath: ath(value) };
    expect((await userinfo(value, await proof('/me', good, own, 'GET'))).status).toBe(200);
    expect((await userinfo(value, await proof('/me', good, stolen, 'GET'))).status).toBe(401);
    expect((await userinfo(value, await proof('/me', { ath: ath('another') }, own, 'GET'))).status).toBe(401);
    expect((await userinfo(value, await proof('/token', good, own, 'GET'))).status).toBe(401);
    expect((await userinfo(value, await proof('/me', good, own, 'POST'))).status).toBe(401);
    expect((await userinfo(value, await proof('/me', good, own, 'GET'), 'Bearer')).status).toBe(400);
    expect((await fetch(`${host.issuer}/me`, { headers: { authorization: `Bearer ${value}` } })).status).toBe(401);
    const unknowing = await userinfo(value, await proof('/me', { ...good, nonce: undefined }, own, 'GET'));
    expect(unknowing.status).toBe(401);
    expect(unknowing.headers.get('www-authenticate')).toContain('use_dpop_nonce');
    expect(unknowing.headers.get('dpop-nonce')).toBeTruthy();
  });

  test('a proof is good once: of 20 at the same moment one gets tokens', async () => {
    await learn();
    const tokens = await bound();
    const { access_token: value } = tokens;
    const meProof = await proof('/me', { ath: ath(value) }, own, 'GET');
    const answers = await Promise.all(Array.from({ length: 20 }, () => userinfo(value, meProof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await userinfo(value, meProof)).status).toBe(401);
  });

  test('a refresh token of a client without secret is bound to the key too, and a wrong proof leaves it good', async () => {
    await learn();
    const tokens = await bound();
    expect((await refreshed(tokens.refresh_token, await proof('/token', {}, stolen))).body.error).toBe('invalid_grant');
    expect((await refreshed(tokens.refresh_token)).status).toBe(400);
    expect((await refreshed(tokens.refresh_token, await proof('/token'))).status).toBe(200);
  });

  test('a client that must prove gets nothing without, and nothing by a stale or foreign nonce', async () => {
    await learn();
    const exchange = await codeAndVerifier();
    expect((await token(exchange)).status).toBe(400);
    for (const wrong of ['guessed', nonce.split('').reverse().join('')]) {
      expect((await token(exchange, await proof('/token', { nonce: wrong }))).body.error).toBe('use_dpop_nonce');
    }
    const old = nonce;
    await host.advance(10 * 60_000);
    expect((await refreshed('x.y', await proof('/token', { nonce: old }))).body.error).toBe('use_dpop_nonce');
  });

  test('a code asked for with a key is exchanged by that key alone', async () => {
    await learn();
    const jkt = await calculateJwkThumbprint(publicOf(own));
    const thief = await codeAndVerifier({ dpop_jkt: jkt });
    expect((await token(thief, await proof('/token', {}, stolen))).body.error).toBe('invalid_grant');
    const mine = await codeAndVerifier({ dpop_jkt: jkt });
    expect((await token(mine, await proof('/token'))).status).toBe(200);
  });

  describe('a pushed request', () => {
    async function push(
      claims: Readonly<Record<string, unknown>> | undefined,
      more: Readonly<Record<string, string>> = {},
    ) {
      const authRequest = ask(host, app, more);
      const answer = await fetch(`${host.issuer}/request`, {
        method: 'POST',
        body: authRequest.url.searchParams,
        headers: claims === undefined ? {} : { dpop: await proof('/request', claims) },
      });
      const { request_uri: reference = '', error } = (await answer.json()) as { request_uri?: string; error?: string };
      return { asked: authRequest, reference, error, status: answer.status };
    }
    /** The answer to a code that this request led to, exchanged by this key; other parameters stand beside the reference. */
    async function exchanged({ asked, reference }: Awaited<ReturnType<typeof push>>, by: Pair, beside = {}) {
      const url = new URL(`${host.issuer}/auth`);
      url.search = new URLSearchParams({ client_id: 'bound', request_uri: reference, ...beside }).toString();
      const code = codeOf(await signIn(new Visitor(), { url }, 'alice', passwordOf(host, 'alice')));
      const form = { code, redirect_uri: app.redirectUri, code_verifier: asked.verifier };
      const answer = await token({ grant_type: 'authorization_code', ...form }, await proof('/token', {}, by));
      return answer.body.error ?? 'tokens';
    }

    // RFC 9449 10.1.
    test('with a proof leads to a code for that key alone, whatever stands beside its reference', async () => {
      await learn();
      const another = await calculateJwkThumbprint(publicOf(stolen));
      expect(await exchanged(await push({}), own)).toBe('tokens');
      expect(await exchanged(await push({}), stolen)).toBe('invalid_grant');
      expect(await exchanged(await push({}), stolen, { dpop_jkt: another })).toBe('invalid_grant');
    });

    test('is refused when its proof is of another key than it names, or for another endpoint', async () => {
      await learn();
      const another = await calculateJwkThumbprint(publicOf(stolen));
      expect(await push({}, { dpop_jkt: another })).toMatchObject({ status: 400, error: 'invalid_request' });
      expect(await push({ htu: `${host.issuer}/token` })).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
    });
  });

  // RFC 9449 4.3. A refresh token that is none is refused after the proof was found good.
  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>?]>([
    ['for a path below', { htu: (issuer: string) => `${issuer}/token/` }],
    ['for another spelling of the path', { htu: (issuer: string) => `${issuer}/TOKEN` }],
    ['for another name of the host', { htu: (issuer: string) => `${issuer.replace('localhost', '127.0.0.1')}/token` }],
    ['with a user in its address', { htu: (issuer: string) => `${issuer.replace('//', '//me@')}/token` }],
    ['for no address', { htu: undefined }],
    ['for another method', { htm: 'GET' }],
    ['for no method', { htm: undefined }],
    ['without an id', { jti: undefined }],
    ['with a number for its id', { jti: 5 }],
    ['without a time', { iat: undefined }],
    ['with a nonce that is no text', { nonce: 5 }],
    ['that is over', { exp: 1 }],
    ['of another type', {}, { typ: 'JWT' }],
    ['without a key', {}, { jwk: undefined }],
    ['with its private key', {}, { jwk: own.privateKey.export({ format: 'jwk' }) }],
    ['with another key than signed it', {}, { jwk: publicOf(stolen) }],
    ['with a secret for a key', {}, { jwk: { kty: 'oct', k: 'c2VjcmV0' } }],
  ])('a proof %s is refused', async (_what, claims, header = {}) => {
    await learn();
    const of = Object.entries(claims).map(([name, value]): [string, unknown] => [
      name,
      typeof value === 'function' ? (value as (issuer: string) => string)(host.issuer) : value,
    ]);
    const iat = Math.floor((Date.now() + host.ahead()) / 1000);
    const jwt = (more: object, head: object) =>
      new SignJWT({ htm: 'POST', htu: `${host.issuer}/token`, jti: randomUUID(), iat, nonce, ...more })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicOf(own), ...head })
        .sign(own.privateKey);
    expect((await refreshed('x.y', await jwt({}, {}))).body.error).toBe('invalid_grant');
    expect((await refreshed('x.y', await jwt(Object.fromEntries(of), header))).body.error).toBe('invalid_dpop_proof');
  });

  test('a second use within the reuse interval wants the same key, and its tokens are bound to it', async () => {
    await learn();
    const lossy = application('bound-lossy');
    const by = { client_id: 'bound-lossy' };
    const authRequest = ask(host, lossy);
    const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));
    const exchange = { grant_type: 'authorization_code', code, redirect_uri: lossy.redirectUri };
    const { body } = await token({ ...by, ...exchange, code_verifier: authRequest.verifier }, await proof('/token'));
    const first = await refreshed(body.refresh_token, await proof('/token'), by);
    expect((await refreshed(body.refresh_token, await proof('/token', {}, stolen), by)).body.error).toBe(
      'invalid_grant',
    );
    expect((await refreshed(body.refresh_token, undefined, by)).status).toBe(400);
    const again = await refreshed(body.refresh_token, await proof('/token'), by);
    expect([again.status, again.body.refresh_token]).toEqual([200, first.body.refresh_token]);
    const { access_token: value } = again.body;
    expect((await userinfo(value, await proof('/me', { ath: ath(value) }, own, 'GET'))).status).toBe(200);
    expect((await fetch(`${host.issuer}/me`, { headers: { authorization: `Bearer ${value}` } })).status).toBe(401);
    expect((await refreshed(again.body.refresh_token, await proof('/token', {}, stolen), by)).status).toBe(400);
  });
});
