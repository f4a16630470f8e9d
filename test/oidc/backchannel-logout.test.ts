/** Logout tokens to applications (OpenID Connect Back-Channel Logout 1.0): what is in them, and what the log says. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { pino } from 'pino';
import { now } from '../../src/base/clock.js';
import { type Outgoing, outgoing } from '../../src/http/outgoing/outgoing.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { backchannelLogout } from '../../src/oidc/sign-out/backchannel-logout.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import { type Listening, listening } from '../http/listening.js';
import { ourClient } from './request.js';
import { newSigningKey, publicHalf } from './signed-jwt.js';

const ISSUER = 'https://id.example.com';
const SUBJECTS = Buffer.alloc(32, 1);

let signing: SigningKey[];
let clients: Map<string, Client>;
let lines: Record<string, unknown>[];
let peer: Listening;
let received: { type: string | undefined; body: string }[];
beforeAll(async () => {
  signing = [await newSigningKey('ES256'), await newSigningKey('EdDSA')];
  peer = await listening((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received.push({ type: req.headers['content-type'], body: Buffer.concat(chunks).toString() });
      res.writeHead(req.url === '/broken' ? 500 : 204).end();
    });
  });
});
afterAll(() => peer.close());
beforeEach(() => {
  clients = new Map();
  lines = [];
  received = [];
});

function sender({ keys = signing, send }: { keys?: readonly SigningKey[]; send?: Outgoing } = {}) {
  return backchannelLogout({
    issuer: ISSUER,
    keys: { current: () => ({ signing: keys, subjects: [SUBJECTS.toString('base64url')] }) },
    clients: {
      get: async (id) => {
        const client = clients.get(id);
        return client && { ...client, version: 1 };
      },
    },
    outgoing: send ?? outgoing({ allowed: ['127.0.0.1'] }),
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) }),
  });
}
const store = (about: Partial<Client> = {}): void => void clients.set('shop', ourClient(about));
const DELIVERY = { clientId: 'shop', userId: 'ada', id: 'sid' };

describe('a logout token', () => {
  test('says to its client which session of whom ended, for two minutes, and is no ID token', async () => {
    store();
    const jwt = await sender().sign(DELIVERY);
    const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet({ keys: signing.map(publicHalf) }), {
      issuer: ISSUER,
      audience: 'shop',
      typ: 'logout+jwt',
    });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: signing[0]?.kid });
    expect(payload).toMatchObject({
      sub: 'ada',
      sid: 'sid',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
    expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
    expect(Math.abs(Number(payload.iat) - now() / 1000)).toBeLessThan(10);
  });

  test('that is sent again is another one, so that nobody takes it for a replay', async () => {
    store();
    const [first, second] = await Promise.all([sender().sign(DELIVERY), sender().sign(DELIVERY)]);
    expect(decodeJwt(first).jti).not.toBe(decodeJwt(second).jti);
  });

  test('names the person as the client knows them', async () => {
    store({ subjectType: 'pairwise' });
    const { sub } = decodeJwt(await sender().sign(DELIVERY));
    expect(sub).toBe(pairwiseSubjects(SUBJECTS).of('ada', 'shop.example'));
    expect(sub).not.toMatch(/\bada\b/);
  });

  test('is signed as the ID tokens of its client are', async () => {
    store({ idTokenAlgorithm: 'EdDSA' });
    const { protectedHeader } = await jwtVerify(
      await sender().sign(DELIVERY),
      createLocalJWKSet({ keys: signing.map(publicHalf) }),
    );
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: signing[1]?.kid });
  });

  test('is not made for a client that is gone, or without a key that it could verify', async () => {
    await expect(sender().sign(DELIVERY)).rejects.toThrow('Client shop is gone.');
    store({ idTokenAlgorithm: 'PS256' });
    await expect(sender().sign(DELIVERY)).rejects.toThrow('There is no key that signs by PS256.');
  });
});

test('a client is told at the address that it registered', async () => {
  expect(await sender().addressOf('shop')).toBeUndefined();
  store();
  expect(await sender().addressOf('shop')).toBeUndefined();
  store({ backchannelLogoutUri: 'https://shop.example/logout' });
  expect(await sender().addressOf('shop')).toBe('https://shop.example/logout');
});

describe('a logout token that is sent', () => {
  const form = new URLSearchParams({ logout_token: 'a.b+c' });
  const at = (path: string) => `http://127.0.0.1:${peer.port}${path}`;

  test('arrives as a form, and whatever the application answers is told', async () => {
    expect(await sender().post(at('/'), form)).toEqual({ kind: 'answered', status: 204 });
    expect(received).toEqual([{ type: 'application/x-www-form-urlencoded', body: 'logout_token=a.b%2Bc' }]);
    expect(await sender().post(at('/broken'), form)).toEqual({ kind: 'answered', status: 500 });
  });

  test('to an address that may not be contacted never leaves', async () => {
    const posted = await sender({ send: outgoing({ allowed: [] }) }).post(at('/'), form);
    expect(posted).toMatchObject({ kind: 'unreached' });
    expect(received).toEqual([]);
  });

  test('hides no fault of our own as one of the network', async () => {
    const send: Outgoing = () => Promise.reject(new TypeError('a bug'));
    await expect(sender({ send }).post(at('/'), form)).rejects.toThrow('a bug');
  });
});

describe('the log', () => {
  const INFO = 30;
  const WARN = 40;
  const ERROR = 50;

  test('names who was told', () => {
    sender().report({ kind: 'delivered', clientId: 'shop', attempts: 2 });
    expect(lines).toMatchObject([{ level: INFO, clientId: 'shop', attempts: 2 }]);
  });

  test.each([
    [WARN, false, 'it is tried again'],
    [ERROR, true, 'it is not tried again'],
  ])('warns at level %d of a failure that is given up: %j', (level, givenUp, words) => {
    sender().report({ kind: 'failed', clientId: 'shop', attempts: 3, failure: 'it answered 500', givenUp });
    expect(lines).toMatchObject([
      { level, client: 'shop', reason: 'logout-not-delivered', words: 'it answered 500', attempts: 3 },
    ]);
    expect(lines[0]?.['msg']).toContain(words);
  });
});
