/** Proofs of possession at our own API (RFC 9449 4.3): for this request, this token, this key, and once. */
import { createHash } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, importJWK, type JWTPayload, SignJWT } from 'jose';
import { dpopNonces } from '../../src/oidc/access-tokens/dpop-nonce.js';
import { proofCheck } from '../../src/oidc/access-tokens/dpop-proof.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import { usedOnce } from '../../src/sessions/tokens/replay-guard.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { koaContext } from './koa-context.js';
import { inRequest } from './request.js';
import { newSigningKey, publicHalf } from './signed-jwt.js';

const NONCES = Buffer.alloc(32, 1);
const TOKEN = 'the access token';
const ADDRESS = 'https://id.example.com/admin/users';
const check = proofCheck({ issuer: 'https://id.example.com', nonces: NONCES });

let key: SigningKey;
let thumbprint: string;
beforeAll(async () => {
  key = await newSigningKey();
  thumbprint = await calculateJwkThumbprint(publicHalf(key));
});

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([usedOnce]);
  realm = opened.store.in('default');
});
afterEach(() => opened.close());

const claims = (about: JWTPayload = {}): JWTPayload => ({
  htm: 'POST',
  htu: ADDRESS,
  ath: createHash('sha256').update(TOKEN).digest('base64url'),
  jti: 'proof',
  iat: 1,
  nonce: dpopNonces(NONCES).next(),
  ...about,
});

/** A proof of these claims, signed by the first key and naming the second. */
const proof = async (about: JWTPayload = {}, header: object = {}, named = key): Promise<string> =>
  new SignJWT(claims(about))
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicHalf(named), ...header })
    .sign(await importJWK(key, 'ES256'));

/** Checks a request with this proof. Gives the result, and the nonce that the answer has. */
async function checked(sent: string, { method = 'POST', boundTo = thumbprint, clientId = 'shop' } = {}) {
  const context = koaContext({
    method,
    url: '/admin/users?state=active',
    headers: { host: 'sibling.example', ...(sent !== '' && { dpop: sent }) },
  });
  const result = await inRequest(() => check(context, TOKEN, { boundTo, clientId, audiences: [], scopes: [] }), {
    realm,
    context,
  });
  return { ...result, nonce: context.response.headers['dpop-nonce'] };
}

const refused = (words: string) => ({ ok: false, error: 'invalid_dpop_proof', words });

describe('a proof', () => {
  test('of this request, token and key is accepted, whatever host the request names', async () => {
    expect(await checked(await proof())).toEqual({ ok: true, nonce: undefined });
    expect(await checked(await proof({ jti: 'other', htu: `${ADDRESS}?x#y` }))).toMatchObject({ ok: true });
  });

  test('is accepted once from a client, and its id from another client is another', async () => {
    const sent = await proof();
    expect(await checked(sent)).toMatchObject({ ok: true });
    expect(await checked(sent)).toMatchObject(refused('the DPoP proof was used before'));
    expect(await checked(sent, { clientId: 'forum' })).toMatchObject({ ok: true });
  });

  test.each([
    ['of another method', { htm: 'GET' }, 'htm of the DPoP proof is another method'],
    ['of another address', { htu: `${ADDRESS}/ada` }, 'htu of the DPoP proof is another address'],
    ['of another origin', { htu: 'https://sibling.example/admin/users' }, 'htu of the DPoP proof is another address'],
    ['of no address', { htu: 'users' }, 'htu of the DPoP proof is another address'],
    ['of another token', { ath: 'x' }, 'ath of the DPoP proof is of another token'],
    ['without an id', { jti: '' }, 'the DPoP proof has no jti'],
    ['with an id that is too long to be stored', { jti: 'x'.repeat(501) }, 'the DPoP proof has no jti'],
    ['without its time', { iat: undefined }, 'the DPoP proof has no iat'],
  ])('%s is refused', async (_what, about, words) => {
    expect(await checked(await proof(about as JWTPayload))).toMatchObject(refused(words));
  });

  test('by another key than that of the token is refused', async () => {
    expect(await checked(await proof(), { boundTo: 'another' })).toMatchObject(
      refused('the DPoP proof is of another key than the token'),
    );
  });

  test('that its own key did not sign, or that is no proof, is refused', async () => {
    const unsigned = refused('the DPoP proof is no JWT that its own key signed');
    expect(await checked(await proof({}, {}, await newSigningKey()))).toMatchObject(unsigned);
    expect(await checked(await proof({}, { typ: 'JWT' }))).toMatchObject(unsigned);
    expect(await checked(await proof({}, { jwk: key }))).toMatchObject(unsigned);
    for (const other of ['x', 'a.b.c']) expect(await checked(other)).toMatchObject(unsigned);
    expect(await checked('')).toMatchObject(refused('no DPoP proof was sent'));
  });
});

describe('a nonce', () => {
  test('is required, and the answer has it; the proof may then be sent anew under the same id', async () => {
    const next = dpopNonces(NONCES).next();
    for (const nonce of [undefined, 'old', 7]) {
      const answer = await checked(await proof({ nonce }));
      expect(answer).toMatchObject({ ok: false, error: 'use_dpop_nonce', nonce: next });
    }
    expect(await checked(await proof())).toMatchObject({ ok: true });
  });

  test('is given to nobody who does not have the key of the token', async () => {
    const { nonce } = await checked(await proof({ nonce: undefined }), { boundTo: 'another' });
    expect(nonce).toBeUndefined();
  });
});
