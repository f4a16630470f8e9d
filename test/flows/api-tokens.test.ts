/** Access tokens at an API of the kit: real ones, as the endpoints issue them, at operations of this test's own. */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import Koa from 'koa';
import { pino } from 'pino';
import { z } from 'zod';
import type { Parts } from '../../src/app/parts.js';
import { api } from '../../src/http/api/api.js';
import { sealedCursors } from '../../src/http/api/lists/list-cursors.js';
import { operation } from '../../src/http/api/operation.js';
import type { Principal } from '../../src/http/api/authentication/principal.js';
import { permissionCheck } from '../../src/http/api/permission-check.js';
import type { CallerSecurity } from '../../src/http/api/authentication/security.js';
import { failures } from '../../src/http/failures.js';
import { accessTokens } from '../../src/oidc/access-tokens/live-access-token.js';
import { requestScope } from '../../src/oidc/request-scope/request-scope-middleware.js';
import { bytesOf } from '../../src/realm/keys/keys.js';
import { application, ask, claimsOf, codeOf, signIn, type Tokens } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { type Listening, listening } from '../http/listening.js';
import { ORDERS, ORDERS_SECRET } from './decision-callers.js';
import { stores } from './flow-host.js';

const GATEHOUSE = 'urn:gatehouse:api';
const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const app = application('portal', ORDERS_SECRET);
const password = 'a password of an API test';
const basic = `Basic ${Buffer.from(`portal:${ORDERS_SECRET}`).toString('base64')}`;

const security: CallerSecurity = { ways: ['client-basic', 'client-token', 'user-token'], help: 'Say who you are.' };
const facts = { method: 'GET', group: 'test', security } as const;
const whoAnswer = z.strictObject({ kind: z.string(), scopes: z.array(z.string()), level: z.string().exactOptional() });

function who(principal: Principal): z.output<typeof whoAnswer> {
  if (principal.kind === 'anonymous') return { kind: 'anonymous', scopes: [] };
  const level = principal.kind === 'user' ? principal.authentication?.level : undefined;
  return { kind: principal.kind, scopes: [...(principal.scopes ?? [])], ...(level !== undefined && { level }) };
}

const OPERATIONS = [
  operation({
    ...facts,
    id: 'whoAmI',
    path: '/test/who',
    summary: 'Tell the caller who it is',
    permission: { none: 'A test.' },
    response: whoAnswer,
    handler: async ({ principal }, _parts: undefined) => ({ ok: true, value: who(principal) }),
  }),
  operation({
    ...facts,
    id: 'readUsers',
    path: '/test/users',
    summary: 'Be somebody who may read users',
    permission: 'users:read',
    response: z.strictObject({}),
    handler: async (_request, _parts: undefined) => ({ ok: true, value: {} }),
  }),
];

describe.each(stores)('on %s:', (kind) => {
  let toy: Listening;
  let nonce = '';
  const host = useInProcessHost({
    store: kind,
    realmFile: 'test/flows/decisions.realm.yaml',
    env: { GATEHOUSE_ADMIN_PASSWORD: password, ORDERS_SECRET },
  });
  beforeAll(async () => {
    toy = await toyServer(host.parts);
  });
  afterAll(() => toy.close());

  /** Serves the operations of this test as the composition serves an API. */
  function toyServer({ box, realm, settings, clients, undos, throttle, snapshots, keys }: Parts): Promise<Listening> {
    const current = keys.current();
    const koa = new Koa();
    const tokens = accessTokens({
      issuer: host.issuer,
      signing: current.signing,
      nonces: bytesOf(current.proofNonces)[0],
    });
    const checkPermission = permissionCheck({
      snapshots,
      behaviour: async () => undefined,
      sessions: async () => 1,
    });
    koa.use(failures(pino({ level: 'silent' }), async (ctx) => void (ctx.status = 500)));
    koa.use(requestScope(realm, settings, () => false, { clients, undos }));
    koa.use(async (ctx, next) => {
      if (ctx.path === '/read') ctx.body = { read: (await tokens.read(ctx.get('token'))) !== undefined };
      else await next();
    });
    koa.use(
      api({ operations: OPERATIONS }, undefined, {
        ...{ issuer: host.issuer, checkPermission, cursors: sealedCursors(box, realm.id) },
        authentication: { clients, throttle, tokens },
      }),
    );
    const handle = koa.callback();
    return listening((req, res) => void handle(req, res));
  }

  /** Returns the address of an operation as clients know it. The test sends its requests to a separate server. */
  const at = (path: string): string => `${host.issuer}/test/${path}`;
  async function call(path: string, headers: Readonly<Record<string, string>>) {
    const answer = await fetch(`http://127.0.0.1:${toy.port}/test/${path}`, { headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }
  /** Returns whether this value is accepted as an access token, for any audience. */
  const isRead = async (value: string): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${toy.port}/read`, { headers: { token: value } });
    return ((await answer.json()) as { read: boolean }).read;
  };
  const bearing = (value: string, path = 'who') => call(path, { authorization: `Bearer ${value}` });
  const refused = async (value: string): Promise<void> => {
    const { status, headers, body } = await bearing(value);
    expect([status, headers.get('www-authenticate'), body['code']]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
      'unauthenticated',
    ]);
  };

  const ecKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  type Pair = ReturnType<typeof ecKey>;
  const own = ecKey();
  const proofOf = ({ privateKey, publicKey }: Pair, claims: Readonly<Record<string, unknown>>, typ = 'dpop+jwt') =>
    new SignJWT({ jti: randomUUID(), iat: Math.floor(Date.now() / 1000), nonce, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ, jwk: publicKey.export({ format: 'jwk' }) })
      .sign(privateKey);

  async function tokenFor(params: Readonly<Record<string, string>>, pair?: Pair): Promise<Tokens> {
    const proof = pair && (await proofOf(pair, { htm: 'POST', htu: `${host.issuer}/token` }));
    const answer = await fetch(`${host.issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic, ...(proof !== undefined && { dpop: proof }) },
      body: new URLSearchParams(params),
    });
    nonce = answer.headers.get('dpop-nonce') ?? nonce;
    const body = (await answer.json()) as Tokens & { error?: string };
    if (body.error !== undefined) throw new Error(body.error);
    return body;
  }
  const grant = { grant_type: 'client_credentials', resource: GATEHOUSE };
  const ofClient = (more: Readonly<Record<string, string>> = {}, pair?: Pair) => tokenFor({ ...grant, ...more }, pair);
  /** The server names its nonce with the first refusal. */
  const learnNonce = () => ofClient({}, own).catch(() => undefined);

  async function ofUser(scope: string, { resource = GATEHOUSE, username = 'admin', pair }: ForUser = {}) {
    const authRequest = ask(host, app, { scope, resource });
    const code = codeOf(await signIn(new Visitor(), authRequest, username, password));
    const form = { code, redirect_uri: app.redirectUri, code_verifier: authRequest.verifier, resource };
    return tokenFor({ grant_type: 'authorization_code', ...form }, pair);
  }
  interface ForUser {
    readonly resource?: string;
    readonly username?: string;
    readonly pair?: Pair;
  }

  /** Both formats are read alike: a resource server may change its own at any time. */
  async function withFormat<T>(tokenFormat: 'jwt' | 'opaque', run: () => Promise<T>): Promise<T> {
    const server = await host.parts.resourceServers.get(GATEHOUSE);
    if (!server) throw new Error('Gatehouse has no API.');
    const saved = await host.parts.resourceServers.update(by, GATEHOUSE, { tokenFormat }, server.version);
    if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
    return run();
  }

  describe.each(['jwt', 'opaque'] as const)('a token that is %s', (format) => {
    test('of a user, of a client: each says who asks, and opens what its scopes and its subject allow', () =>
      withFormat(format, async () => {
        const reads = await ofUser('openid users:read');
        expect(reads.access_token.includes('.')).toBe(format === 'jwt');
        expect((await bearing(reads.access_token)).body).toEqual({
          kind: 'user',
          scopes: expect.arrayContaining(['users:read']),
          level: 'urn:gatehouse:acr:password',
        });
        expect((await bearing(reads.access_token, 'users')).status).toBe(200);
        const groups = await ofUser('openid groups:read');
        expect((await bearing(groups.access_token, 'users')).status).toBe(403);
        const client = await ofClient();
        expect((await bearing(client.access_token)).body).toEqual({ kind: 'client', scopes: [] });
        expect((await bearing(client.access_token, 'users')).status).toBe(403);
      }));

    test('opens nothing once it was revoked', () =>
      withFormat(format, async () => {
        for (const { access_token: value } of [await ofClient(), await ofUser('openid users:read')]) {
          expect((await bearing(value)).status).toBe(200);
          const body = new URLSearchParams({ token: value });
          await fetch(`${host.issuer}/token/revocation`, { method: 'POST', headers: { authorization: basic }, body });
          await refused(value);
        }
      }));

    test('that is bound to a key opens only with a proof of that key for this very request, once', () =>
      withFormat(format, async () => {
        await learnNonce();
        for (const { access_token: value } of [
          await ofClient({}, own),
          await ofUser('openid users:read', { pair: own }),
        ]) {
          const ath = createHash('sha256').update(value).digest('base64url');
          const good = { htm: 'GET', htu: at('who'), ath };
          const proven = async (proof: string, scheme = 'DPoP') => {
            const { status, headers } = await call('who', { authorization: `${scheme} ${value}`, dpop: proof });
            return [status, /error="(\w+)"/.exec(headers.get('www-authenticate') ?? '')?.[1]];
          };
          const proof = await proofOf(own, good);
          expect(await proven(proof)).toEqual([200, undefined]);
          expect(await proven(proof)).toEqual([401, 'invalid_dpop_proof']);
          const wrong = {
            'another key': await proofOf(ecKey(), good),
            'another method': await proofOf(own, { ...good, htm: 'POST' }),
            'another address': await proofOf(own, { ...good, htu: at('users') }),
            'another host': await proofOf(own, { ...good, htu: `http://127.0.0.1:${toy.port}/test/who` }),
            'another token': await proofOf(own, { ...good, ath: ath.toLowerCase().toUpperCase() }),
            'no token': await proofOf(own, { ...good, ath: undefined }),
            'no id': await proofOf(own, { ...good, jti: undefined }),
            'no time': await proofOf(own, { ...good, iat: undefined }),
            'another type': await proofOf(own, good, 'JWT'),
            'no JWT': 'x',
            'a changed signature': `${(await proofOf(own, good)).slice(0, -8)}AAAAAAAA`,
          };
          for (const [what, each] of Object.entries(wrong)) {
            expect([what, await proven(each)]).toEqual([what, [401, 'invalid_dpop_proof']]);
          }
          for (const old of [undefined, 'guessed']) {
            expect(await proven(await proofOf(own, { ...good, nonce: old }))).toEqual([401, 'use_dpop_nonce']);
          }
          expect(await proven(await proofOf(own, { ...good, htu: `${at('who')}?a=b#c` }))).toEqual([200, undefined]);
          // As a bearer token it is worth nothing, with a proof or without.
          expect(await proven(await proofOf(own, good), 'Bearer')).toEqual([401, 'invalid_token']);
          await refused(value);
          expect((await call('who', { authorization: `DPoP ${value}` })).status).toBe(401);
        }
      }));

    test('that is not bound is none for DPoP', () =>
      withFormat(format, async () => {
        await learnNonce();
        const { access_token: value } = await ofClient();
        const ath = createHash('sha256').update(value).digest('base64url');
        const proof = await proofOf(own, { htm: 'GET', htu: at('who'), ath });
        expect((await call('who', { authorization: `DPoP ${value}`, dpop: proof })).status).toBe(401);
      }));
  });

  test('of 20 requests with one proof at the same moment one is answered', async () => {
    await learnNonce();
    const { access_token: value } = await ofClient({}, own);
    const ath = createHash('sha256').update(value).digest('base64url');
    const dpop = await proofOf(own, { htm: 'GET', htu: at('who'), ath });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('who', { authorization: `DPoP ${value}`, dpop })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a nonce that the API names is good at the token endpoint, so that a client keeps one', async () => {
    await learnNonce();
    const { access_token: value } = await ofClient({}, own);
    const ath = createHash('sha256').update(value).digest('base64url');
    const dpop = await proofOf(own, { htm: 'GET', htu: at('who'), ath, nonce: undefined });
    const { headers } = await call('who', { authorization: `DPoP ${value}`, dpop });
    nonce = headers.get('dpop-nonce') ?? '';
    expect(nonce).not.toBe('');
    expect((await ofClient({}, own)).access_token).toBeTruthy();
  });

  test('nothing else is an access token for this API', async () => {
    const authRequest = ask(host, app, { scope: 'openid users:read', resource: GATEHOUSE });
    const code = codeOf(await signIn(new Visitor(), authRequest, 'admin', password));
    await refused(code);
    expect(await isRead(code)).toBe(false);
    expect(await isRead((await ofClient({ resource: ORDERS })).access_token)).toBe(true);
    const { id_token: idToken } = await ofUser('openid users:read');
    expect(claimsOf(idToken)).toMatchObject({ aud: 'portal' });
    await refused(idToken);
    expect(await isRead(idToken)).toBe(false);
    await refused((await ofClient({ resource: ORDERS })).access_token);
    await refused((await ofUser('openid', { resource: ORDERS })).access_token);
    const { access_token: value } = await ofClient();
    const [header = '', payload = '', signature = ''] = value.split('.');
    for (const forged of [
      [header, payload, signature.split('').toReversed().join('')].join('.'),
      [header, payload, ''].join('.'),
      [Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url'), payload, ''].join('.'),
      '..',
      'x',
    ]) {
      await refused(forged);
    }
  });

  test('a user who is disabled opens nothing with the tokens from before', async () => {
    const created = await host.parts.users.create(by, {
      username: 'cleo',
      password: { clear: password, generated: false },
    });
    if (!created.ok) throw new Error(JSON.stringify(created.refusal));
    const { access_token: value } = await ofUser('openid', { username: 'cleo' });
    expect((await bearing(value)).body).toMatchObject({ kind: 'user' });
    expect(await host.parts.users.update(by, created.value.id, { state: 'disabled' })).toMatchObject({ ok: true });
    await refused(value);
  });
});
