import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CompactSign, importJWK } from 'jose';
import { jwtBytes } from '../../src/oidc/issuance/jwt-size.js';
import { makeKey, type SigningKey } from '../../src/realm/keys/ring-key.js';
import { TOKEN_ALGORITHMS } from '../../src/realm/keys/token-algorithm.js';

describe('the length of a JWT is known before it is signed', () => {
  test.each(TOKEN_ALGORITHMS)('by %s', async (alg) => {
    const made = await makeKey(alg === 'ES256' || alg === 'EdDSA' ? alg : 'RSA', 0, 0);
    if (!('jwk' in made)) throw new Error('No key to sign by.');
    const key: SigningKey = made.jwk;
    const signer = await importJWK(key, alg);
    const header = { typ: 'at+jwt' };
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), async (payload) => {
        const jwt = await new CompactSign(Buffer.from(JSON.stringify(payload)))
          .setProtectedHeader({ alg, ...header, kid: key.kid })
          .sign(signer);
        expect(jwtBytes(payload, { alg, signing: [key], header })).toBe(jwt.length);
      }),
      { numRuns: 30 },
    );
  });
});
