/** What a logout token must be (OpenID Connect Back-Channel Logout 1.0 2.6). Each case is honest but for one thing. */
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { minutes, seconds } from '../../../src/base/clock.js';
import { ADDRESSES, connectorTo, signIn, type TestConnector } from './connector.js';
import { type LyingProvider, SECRET, type SigningKey, signingKey, startLyingProvider } from './lying-provider.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let provider: LyingProvider;
let stranger: SigningKey;

beforeAll(async () => {
  provider = await startLyingProvider();
  stranger = await signingKey('first');
});
afterAll(() => provider.pause());
afterEach(() => {
  provider.tellsTheTruth();
  jest.useRealTimers();
});

const now = (): number => Math.floor(Date.now() / 1000);
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
type Changes = Readonly<Record<string, unknown>>;

/** Undefined values are left out. */
const claimsWith = (changes: Changes = {}) => ({
  ...{ iss: provider.issuer, aud: provider.clientId, sub: 'user-1', sid: 'session-1', jti: 'token-1' },
  ...{ iat: now(), exp: now() + 120, events: { [EVENT]: {} } },
  ...changes,
});
const headerWith = (changes: Changes = {}) => ({ alg: 'ES256', typ: 'logout+jwt', kid: 'first', ...changes });

async function tokenWith(changes: Changes = {}, header: Changes = {}, key = provider.keys[0]): Promise<string> {
  if (!key) throw new Error('There is no key.');
  const claims = JSON.parse(JSON.stringify(claimsWith(changes))) as Changes;
  return new SignJWT(claims).setProtectedHeader(headerWith(header)).sign(key.privateKey);
}
const read = async (token: string, connector: TestConnector = connectorTo(provider)) =>
  (await connector.readLogout?.(new Map([['logout_token', token]]))) ?? { kind: 'none' };
async function outcome(token: Promise<string> | string): Promise<string> {
  const said = await read(await token);
  return 'reason' in said ? `${said.kind}: ${said.reason}` : said.kind;
}

describe('a token is read', () => {
  test('with whom and what it is about, and until when it counts', async () => {
    const before = now();
    expect(await read(await tokenWith())).toEqual({
      ...{ kind: 'ended', who: { by: 'subject', name: 'user-1' }, sessions: ['session-1'] },
      once: { id: 'token-1', expiresAt: expect.any(Number) },
    });
    const said = await read(await tokenWith());
    const expiresAt = said.kind === 'ended' ? said.once.expiresAt : 0;
    expect(expiresAt).toBeGreaterThanOrEqual(seconds(before) + minutes(10));
    expect(expiresAt).toBeLessThan(seconds(before) + minutes(12));
  });

  test('that names no session', async () => {
    expect(await read(await tokenWith({ sid: undefined }))).not.toHaveProperty('sessions');
  });

  test.each([undefined, 'JWT', 'logout+jwt', 'application/logout+jwt', 'Logout+JWT'])('of the type %s', async (typ) => {
    expect(await outcome(tokenWith({}, { typ }))).toBe('ended');
  });

  test('about whom the settings name, who may be somebody else than its `sub` is', async () => {
    const byNumber = connectorTo(provider, { subject: { id: ['employee'] } });
    const byBoth = connectorTo(provider, { subject: { id: ['tid', 'oid'] } });
    expect(await read(await tokenWith({ sub: 'e-2', employee: 'e-1' }), byNumber)).toMatchObject({
      who: { name: 'e-1' },
    });
    expect(await read(await tokenWith({ tid: 't', oid: 'o' }), byBoth)).toMatchObject({ who: { name: 't:o' } });
  });

  test('that names the session alone, or says of the person what the settings do not know', async () => {
    const bySession = { who: { by: 'sign-out-name', name: 'session-1' } };
    expect(await read(await tokenWith({ sub: undefined }))).toMatchObject(bySession);
    const byNumber = connectorTo(provider, { subject: { id: ['employee'] } });
    expect(await read(await tokenWith({ sub: 'e-2' }), byNumber)).toMatchObject(bySession);
  });

  test('for several audiences', async () => {
    expect(await outcome(tokenWith({ aud: ['other', provider.clientId] }))).toBe('ended');
  });

  test('signed by a key without a name, or by one of two of that name', async () => {
    expect(await outcome(tokenWith({}, { kid: undefined }))).toBe('ended');
    const [key] = provider.keys;
    if (!key) throw new Error('There is no key.');
    provider.keys = [stranger, key];
    expect(await outcome(tokenWith({}, {}, key))).toBe('ended');
    provider.keys = [key];
  });
});

describe('a token is refused', () => {
  test.each<[string, Changes, string]>([
    ['of another issuer', { iss: 'https://other.test' }, 'logout-issuer'],
    ['of the issuer with a slash that it does not write', { iss: 'slash' }, 'logout-issuer'],
    ['without an issuer', { iss: undefined }, 'logout-issuer'],
    ['for another client', { aud: 'other' }, 'logout-audience'],
    ['for nobody', { aud: undefined }, 'logout-audience'],
    ['without a time', { iat: undefined }, 'logout-time'],
    ['from the future', { iat: now() + 60 }, 'logout-time'],
    ['from long ago', { iat: now() - 700, exp: now() + 7000 }, 'logout-time'],
    ['without an end', { exp: undefined }, 'logout-time'],
    ['that has ended', { iat: now() - 200, exp: now() - 60 }, 'logout-time'],
    ['without events', { events: undefined }, 'logout-event'],
    ['of another event', { events: { 'http://schemas.openid.net/event/other': {} } }, 'logout-event'],
    ['whose event is a text', { events: { [EVENT]: 'yes' } }, 'logout-event'],
    ['whose events are a list', { events: [EVENT] }, 'logout-event'],
    ['with a nonce', { nonce: 'n' }, 'logout-nonce'],
    ['with an empty nonce', { nonce: null }, 'logout-nonce'],
    ['without an id', { jti: undefined }, 'logout-subject'],
    ['with an endless id', { jti: 'j'.repeat(256) }, 'logout-subject'],
    ['without a subject and a session', { sub: undefined, sid: undefined }, 'logout-subject'],
    ['with an empty subject', { sub: '' }, 'logout-subject'],
    ['with an endless session', { sid: 's'.repeat(256) }, 'logout-subject'],
  ])('%s', async (_, changes, reason) => {
    const iss = changes['iss'] === 'slash' ? { iss: `${provider.issuer}/` } : {};
    expect(await outcome(tokenWith({ ...changes, ...iss }))).toBe(`refused: ${reason}`);
  });

  test('that says neither whom the settings name nor a session, since its `sub` may be the number of somebody else', async () => {
    const byNumber = connectorTo(provider, { subject: { id: ['employee'] } });
    expect(await read(await tokenWith({ sub: 'e-2', sid: undefined }), byNumber)).toEqual({
      kind: 'refused',
      reason: 'logout-subject',
    });
  });

  test.each(['at+jwt', 'dpop+jwt', 'secevent+jwt', 'JOSE'])('of the type %s', async (typ) => {
    expect(await outcome(tokenWith({}, { typ }))).toBe('refused: logout-type');
  });

  test.each(['', 'a', 'a.b.c', 'a.b.c.d.e', 'x'.repeat(10_000)])('that is none', async (token) => {
    expect(await outcome(token)).toBe('refused: logout-malformed');
  });

  test('without a signature', async () => {
    const none = `${encoded(headerWith({ alg: 'none' }))}.${encoded(claimsWith())}.`;
    expect(await outcome(none)).toBe('refused: logout-algorithm');
    expect(await outcome(`${encoded(headerWith())}.${encoded(claimsWith())}.`)).toBe('refused: logout-signature');
  });

  test.each(['the client secret', 'a public key'])('by HMAC with %s', async (by) => {
    const key = by === 'the client secret' ? SECRET : JSON.stringify(provider.keys[0]?.publicJwk);
    const input = `${encoded(headerWith({ alg: 'HS256' }))}.${encoded(claimsWith())}`;
    const signature = createHmac('sha256', key).update(input).digest('base64url');
    expect(await outcome(`${input}.${signature}`)).toBe('refused: logout-algorithm');
  });

  test('by the key of somebody else, or a key that the provider does not publish', async () => {
    expect(await outcome(tokenWith({}, {}, stranger))).toBe('refused: logout-signature');
    expect(await outcome(tokenWith({}, { kid: 'other' }, stranger))).toBe('refused: logout-signature');
  });

  test('that is an ID token', async () => {
    expect(await outcome(tokenWith({ events: undefined, nonce: 'n' }, { typ: 'JWT' }))).toBe('refused: logout-event');
  });
});

describe('the provider is asked', () => {
  test('for nothing by tokens that can be refused without it', async () => {
    const connector = connectorTo(provider);
    for (const token of ['x', await tokenWith({ aud: 'other' }), await tokenWith({ iss: 'https://other.test' })])
      await read(token, connector);
    expect(provider.requests).toEqual([]);
  });

  test('once by many tokens that name unknown keys', async () => {
    const connector = connectorTo(provider);
    await read(await tokenWith(), connector);
    provider.requests.length = 0;
    const flood = Array.from({ length: 30 }, async (_, index) =>
      read(await tokenWith({}, { kid: `${index}` }), connector),
    );
    expect((await Promise.all(flood)).map(({ kind }) => kind)).toEqual(Array.from({ length: 30 }, () => 'refused'));
    expect(provider.requests.length).toBeLessThanOrEqual(1);
  });

  test('once by many tokens while it fails, and again half a minute later', async () => {
    const connector = connectorTo(provider);
    provider.lies.reply.discovery = () => ({ status: 500 });
    for (let count = 0; count < 10; count++)
      expect(await read(await tokenWith(), connector)).toEqual({ kind: 'unavailable', reason: 'server-failing' });
    expect(provider.requests).toEqual(['discovery']);
    provider.tellsTheTruth();
    jest.useFakeTimers({ now: Date.now() + seconds(31), doNotFake: ['setTimeout', 'setImmediate', 'nextTick'] });
    expect(await read(await tokenWith(), connector)).toMatchObject({ kind: 'ended' });
  });

  test('for keys that it began to use, half a minute after the last time', async () => {
    const connector = connectorTo(provider);
    await read(await tokenWith(), connector);
    const before = provider.keys;
    const next = await signingKey('next');
    provider.keys = [next];
    jest.useFakeTimers({ now: Date.now() + seconds(31), doNotFake: ['setTimeout', 'setImmediate', 'nextTick'] });
    expect(await read(await tokenWith({}, { kid: 'next' }, next), connector)).toMatchObject({ kind: 'ended' });
    provider.keys = before;
  });
});

describe('a sign-in', () => {
  const outcomeOf = async (claims: object, connection: object = {}) => {
    provider.lies.claims = (honest) => ({ ...honest, ...claims });
    return signIn(connectorTo(provider, { connection }), provider.browser);
  };

  test('tells the session at the provider, if it has a usable name', async () => {
    expect(await outcomeOf({ sid: 's-1' })).toMatchObject({
      ...{ kind: 'ok', upstreamSession: 's-1', signOutName: 's-1' },
    });
    for (const sid of ['', 7, 's'.repeat(256)]) expect(await outcomeOf({ sid })).not.toHaveProperty('upstreamSession');
  });

  test('keeps the ID token for a sign-out there, unless none follows or it is too long', async () => {
    expect(await outcomeOf({})).toMatchObject({ signOutHint: expect.stringMatching(/^ey/) });
    expect(await outcomeOf({}, { logout: 'never' })).not.toHaveProperty('signOutHint');
    expect(await outcomeOf({ more: 'x'.repeat(4096) })).not.toHaveProperty('signOutHint');
  });
});

describe('the address of a sign-out there', () => {
  const request = { state: 's', hint: 'h' };
  const endsAt = (address: unknown): void => {
    provider.lies.reply.discovery = (honest) => ({ body: { ...honest, end_session_endpoint: address } });
  };
  const addressBy = (connection: object = {}) =>
    connectorTo(provider, { connection }).signOut?.address(request) ?? Promise.resolve({ url: 'none' });

  test('is that of discovery, with who asks and where to come back', async () => {
    endsAt(`${provider.issuer}/end?tenant=1`);
    const url = new URL((await addressBy())?.url ?? '');
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/end`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ tenant: '1', client_id: 'gatehouse', post_logout_redirect_uri: ADDRESSES.signedOut, state: 's' },
      id_token_hint: 'h',
    });
  });

  test.each([undefined, 'javascript:alert(1)', 'http://elsewhere.test/end', 7])('is none for %s', async (address) => {
    endsAt(address);
    expect(await addressBy()).toBeUndefined();
    expect(await signIn(connectorTo(provider), provider.browser)).toMatchObject({ kind: 'ok' });
  });

  test('is none by the settings', async () => {
    expect(await addressBy({ logout: 'never' })).toEqual({ url: 'none' });
  });

  test('is none while the provider fails, or says nothing for two seconds', async () => {
    provider.lies.reply.discovery = () => ({ status: 500 });
    expect(await addressBy()).toBeUndefined();
    provider.lies.reply.discovery = () => ({ isSilent: true });
    const before = performance.now();
    expect(await addressBy({ timeout: 30_000 })).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
