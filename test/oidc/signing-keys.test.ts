import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { compactVerify, importJWK } from 'jose';
import { ExternalSigningKey } from 'oidc-provider';
import { makeKey, type SigningKey } from '../../src/realm/keys/ring-key.js';
import { renderDocument } from '../../src/oidc/library/render-document.js';
import { signingKeys } from '../../src/oidc/configuration/signing-keys.js';
import { builtProvider } from './built-provider.js';

async function made(algorithm: 'ES256' | 'EdDSA' | 'RSA'): Promise<SigningKey> {
  const key = await makeKey(algorithm, 0, 0);
  if (key.algorithm === 'HMAC') throw new Error('It is no signing key.');
  return key.jwk;
}

describe.each(['ES256', 'EdDSA'] as const)('a key for %s', (alg) => {
  test('signs at once, and jose verifies every signature', async () => {
    const jwk = await made(alg);
    const [key] = signingKeys([jwk]).jwks.keys;
    if (!(key instanceof ExternalSigningKey)) throw new Error('It signs elsewhere.');
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const { d: _secret, ...shown } = jwk;
    const publicKey = await importJWK(shown, alg);
    for (let at = 0; at < 1000; at++) {
      const data = `${header}.${Buffer.from(`{"at":${at}}`).toString('base64url')}`;
      const signature = key.sign(Buffer.from(data));
      if (!(signature instanceof Uint8Array)) throw new Error('It signs later.');
      const token = `${data}.${Buffer.from(signature).toString('base64url')}`;
      await expect(compactVerify(token, publicKey)).resolves.toBeDefined();
    }
  });

  test('shows nothing of its private part, to the library or in a log', async () => {
    const jwk = await made(alg);
    const [key] = signingKeys([jwk]).jwks.keys;
    expect(key).not.toHaveProperty('d');
    for (const text of [inspect(key, { depth: 9, showHidden: true, getters: true }), JSON.stringify(key)]) {
      expect(text).not.toContain(jwk.d);
    }
  });
});

test('an RSA key signs in the pool, as the library does it', async () => {
  const jwk = await made('RSA');
  expect(signingKeys([jwk]).jwks.keys).toEqual([jwk]);
});

test('the published keys are the public halves, in their order', async () => {
  const signing = await Promise.all([made('EdDSA'), made('RSA'), made('ES256'), made('ES256')]);
  const secret = Buffer.alloc(32, 1).toString('base64url');
  const keys = { signing, cookies: [secret], proofNonces: [secret], successors: [secret] } as const;
  const provider = await builtProvider({ keys });
  const { body } = await renderDocument(provider, new URL('https://id.example.com'), '/jwks');
  const halves = signing.map(({ d: _d, ...key }) =>
    Object.fromEntries(Object.entries(key).filter(([name]) => !['p', 'q', 'dp', 'dq', 'qi'].includes(name))),
  );
  expect((JSON.parse(body) as { keys: unknown }).keys).toEqual(halves);
});
