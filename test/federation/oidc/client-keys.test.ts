/** A client that proves itself with a private key (RFC 7523), and pushed requests (RFC 9126), at a real provider. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startUpstream, type Upstream } from '../../support/upstream-op.js';
import { Visitor } from '../../support/visitor.js';
import { type Changes, connectorTo, REDIRECT_URI, signIn, STATE } from './connector.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';

const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8'): string =>
  key.export({ type, format: 'pem' }).toString();

const KEYS = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  ed25519: generateKeyPairSync('ed25519').privateKey,
};
const publicJwk = ([kid, key]: [string, KeyObject]): object => ({
  ...createPublicKey(key).export({ format: 'jwk' }),
  ...{ kid, use: 'sig' },
});

/** A browser that comes back with what the provider answered. */
async function browser(url: string): Promise<URLSearchParams> {
  const { left, text } = await new Visitor().visit(url);
  if (left === undefined) throw new Error(text);
  return new URL(left).searchParams;
}

describe('a client with a private key', () => {
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await startUpstream({
      ...{ redirectUris: [REDIRECT_URI], clientAuthentication: 'private_key_jwt' },
      clientKeys: Object.entries(KEYS).map(publicJwk),
    });
  });
  afterAll(() => upstream.stop());

  const connector = (secret: string | null, connection: Changes['connection'] = {}) =>
    connectorTo(upstream, { secret, connection: { clientAuthentication: 'private_key_jwt', ...connection } });

  test.each<[string, string, string | undefined]>([
    ['RSA', pem(KEYS.rsa), 'rsa'],
    ['RSA, in the form of PKCS #1', pem(KEYS.rsa, 'pkcs1'), 'rsa'],
    ['P-256', pem(KEYS.p256), 'p256'],
    ['P-256, in the form of SEC 1', pem(KEYS.p256, 'sec1'), 'p256'],
    ['P-384', pem(KEYS.p384), 'p384'],
    ['Ed25519', pem(KEYS.ed25519), 'ed25519'],
    ['P-256, without its name', pem(KEYS.p256), undefined],
  ])('signs people in: %s', async (_name, secret, keyId) => {
    const made = connector(secret, keyId === undefined ? {} : { keyId });
    expect(await signIn(made, browser, { loginHint: 'bea' })).toMatchObject({ kind: 'ok' });
  });

  test('that the provider does not know signs nobody in', async () => {
    const secret = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const outcome = await signIn(connector(secret, { keyId: 'p256' }), browser, { loginHint: 'bea' });
    expect(outcome).toEqual({ kind: 'misconfigured', reason: 'client-refused' });
  });

  test.each<[string, string | null, string]>([
    ['no key', null, 'no-secret'],
    ['a text', 'a-secret', 'secret-not-key'],
    ['a public key', createPublicKey(KEYS.rsa).export({ type: 'spki', format: 'pem' }).toString(), 'secret-not-key'],
    ['an RSA key of 1,024 bits', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), 'secret-not-key'],
    ['a key of X25519, which signs nothing', pem(generateKeyPairSync('x25519').privateKey), 'secret-not-key'],
  ])('needs a key: %s', async (_name, secret, reason) => {
    const made = connector(secret);
    expect(await signIn(made, browser)).toEqual({ kind: 'misconfigured', reason });
    expect((await made.test())[0]).toMatchObject({ step: 'discovery', outcome: 'failed', reason });
  });

  test('pushes its requests with it', async () => {
    const made = connector(pem(KEYS.p256), { keyId: 'p256', pushedRequests: 'required' });
    expect(await signIn(made, browser, { loginHint: 'bea' })).toMatchObject({ kind: 'ok' });
    expect(made.sent.filter((path) => path === '/request')).toHaveLength(1);
  });
});

describe('a pushed request', () => {
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await startUpstream({ redirectUris: [REDIRECT_URI], requiresPushed: true });
  });
  afterAll(() => upstream.stop());

  test('is made where the provider demands it, and leaves no parameter to the browser', async () => {
    const made = connectorTo(upstream);
    const begun = await made.begin({ state: STATE, loginHint: 'bea' });
    if (begun.kind !== 'begun') throw new Error(begun.reason);
    const { searchParams } = new URL(begun.url);
    expect([...searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
    expect(begun.url).not.toContain(STATE);
    const query = await browser(begun.url);
    const outcome = await made.complete({ state: STATE, kept: begun.kept, query });
    expect(outcome).toMatchObject({ kind: 'ok', identity: { subject: 'subject-of-bea' } });
  });

  test('that the provider refuses is a fault of the settings', async () => {
    const refused = { kind: 'misconfigured', reason: 'client-refused' };
    expect(await signIn(connectorTo(upstream, { secret: 'another' }), browser)).toEqual(refused);
    await upstream.setRedirectUris([]);
    expect(await signIn(connectorTo(upstream), browser)).toMatchObject({ kind: 'misconfigured' });
    await upstream.setRedirectUris([REDIRECT_URI]);
  });
});

describe('at a provider that tells lies, a pushed request', () => {
  let provider: LyingProvider;
  beforeAll(async () => {
    provider = await startLyingProvider();
  });
  afterAll(() => provider.pause());

  function announce(more: object): void {
    provider.lies.reply.discovery = (honest) => ({ body: { ...honest, ...more } });
  }
  const begin = async (pushedRequests: 'if-required' | 'if-offered' | 'required') => {
    const made = connectorTo(provider, { connection: { pushedRequests } });
    const begun = await made.begin({ state: STATE });
    return 'reason' in begun ? `${begun.kind}: ${begun.reason}` : new URL(begun.url).searchParams.has('request_uri');
  };

  test('is made only if the settings or the provider say so', async () => {
    const endpoint = { pushed_authorization_request_endpoint: `${provider.issuer}/push` };
    provider.lies.reply.push = () => ({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } });
    announce({});
    expect(await begin('if-required')).toBe(false);
    expect(await begin('if-offered')).toBe(false);
    expect(await begin('required')).toBe('misconfigured: push-not-offered');
    announce(endpoint);
    expect(await begin('if-required')).toBe(false);
    expect(await begin('if-offered')).toBe(true);
    expect(await begin('required')).toBe(true);
    announce({ ...endpoint, require_pushed_authorization_requests: true });
    expect(await begin('if-required')).toBe(true);
    announce({ require_pushed_authorization_requests: true });
    expect(await begin('if-required')).toBe('misconfigured: push-not-offered');
  });

  test.each<[string, number, unknown, string]>([
    ['its own error', 503, {}, 'unavailable: server-failing'],
    ['invalid_request', 400, { error: 'invalid_request' }, 'misconfigured: request-refused'],
    ['invalid_scope', 400, { error: 'invalid_scope' }, 'misconfigured: scope-refused'],
    ['an error that nobody knows', 400, { error: 'no_coffee' }, 'misconfigured: push-refused'],
    ['a wrong secret', 401, { error: 'invalid_client' }, 'misconfigured: client-refused'],
    [
      'the status of another answer',
      200,
      { request_uri: 'urn:x', expires_in: 60 },
      'upstream-error: status-unexpected',
    ],
    ['no name of the request', 201, { expires_in: 60 }, 'upstream-error: body-invalid'],
  ])('that is answered by %s', async (_name, status, body, expected) => {
    announce({ pushed_authorization_request_endpoint: `${provider.issuer}/push` });
    provider.lies.reply.push = () => ({ status, body });
    expect(await begin('required')).toBe(expected);
  });

  test('that would leave TLS is never sent', async () => {
    announce({ pushed_authorization_request_endpoint: 'http://push.example.test/push' });
    expect(await begin('required')).toBe('upstream-error: discovery-invalid');
  });
});
