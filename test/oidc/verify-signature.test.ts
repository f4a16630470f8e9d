import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compactVerify, CompactSign, createLocalJWKSet, importJWK, type JWK } from 'jose';
import { signatureVerifier } from '../../src/oidc/access-tokens/verify-signature.js';
import { makeKey, signerFor, type SigningKey } from '../../src/realm/keys/ring-key.js';
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from '../../src/realm/keys/token-algorithm.js';

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'];
const publicHalf = (key: SigningKey): JWK =>
  Object.fromEntries(Object.entries(key).filter(([name]) => !PRIVATE.includes(name)));
const encoded = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

let signing: readonly SigningKey[];
let foreign: SigningKey;
const made = async (algorithm: 'ES256' | 'EdDSA' | 'RSA'): Promise<SigningKey> => {
  const key = await makeKey(algorithm, 0, 0);
  if (key.algorithm === 'HMAC') throw new Error('It is no signing key.');
  return key.jwk;
};
beforeAll(async () => {
  signing = await Promise.all([made('ES256'), made('EdDSA'), made('RSA'), made('ES256')]);
  foreign = await made('ES256');
});
const keyFor = (alg: TokenAlgorithm): SigningKey => signerFor(alg, signing) ?? foreign;

const signed = async (alg: TokenAlgorithm, payload: string, by = keyFor(alg), more: object = {}): Promise<string> =>
  new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg, kid: by.kid, typ: 'at+jwt', ...more })
    .sign(await importJWK(by, alg));

/** The payload, if jose verifies the token. */
async function byJose(token: string): Promise<unknown> {
  try {
    const keys = createLocalJWKSet({ keys: signing.map(publicHalf) });
    const { payload } = await compactVerify(token, keys, { algorithms: [...TOKEN_ALGORITHMS] });
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}

describe.each(TOKEN_ALGORITHMS)('a token by %s', (alg) => {
  test('is verified as jose verifies it', async () => {
    const verified = signatureVerifier(signing);
    for (let at = 0; at < 50; at++) {
      const token = await signed(alg, JSON.stringify({ at, text: 'ä'.repeat(at) }));
      const payload = verified(token)?.payload;
      expect(payload).toEqual({ at, text: 'ä'.repeat(at) });
      expect(await byJose(token)).toEqual(payload);
    }
  });

  test('is refused with any other letter anywhere', async () => {
    const token = await signed(alg, '{"a":1}');
    const verified = signatureVerifier(signing);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'Q', 'g', 'w', 'z', '0', '1', '9', '-', '_', '.', '=', '+', '/', ' ', '\u00e9'),
        (at, letter) => {
          fc.pre(token[at] !== letter);
          expect(verified(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
    // A letter with the same low byte, in the signed text.
    const body = token.indexOf('.') + 1;
    const wide = String.fromCharCode(token.charCodeAt(body) + 0x100);
    expect(verified(token.slice(0, body) + wide + token.slice(body + 1))).toBeUndefined();
    for (const other of ['', '.', '..', `${token}.`, `${token}.x`, `${token}=`, ` ${token}`, token.slice(0, -1)]) {
      expect(verified(other)).toBeUndefined();
    }
  });

  test('is refused under the name of another algorithm or key', async () => {
    const verified = signatureVerifier(signing);
    const [, body = '', signature = ''] = (await signed(alg, '{"a":1}')).split('.');
    for (const claimed of [...TOKEN_ALGORITHMS, 'none', 'HS256', 'ES384', '', undefined]) {
      for (const { kid } of [...signing, foreign]) {
        if (claimed === alg && kid === keyFor(alg).kid) continue;
        expect(verified([encoded({ alg: claimed, kid, typ: 'at+jwt' }), body, signature].join('.'))).toBeUndefined();
      }
    }
  });
});

test('a token by a foreign key is refused, whatever its header says', async () => {
  const verified = signatureVerifier(signing);
  const { kid } = keyFor('ES256');
  for (const header of [{}, { kid }, { kid, jwk: publicHalf(foreign) }, { jku: 'https://evil.example/jwks' }]) {
    expect(verified(await signed('ES256', '{"a":1}', foreign, header))).toBeUndefined();
  }
});

test('a token without a signature, or with a MAC under a public key, is refused', () => {
  const verified = signatureVerifier(signing);
  for (const key of signing) {
    for (const alg of ['none', 'HS256']) {
      const data = `${encoded({ alg, kid: key.kid })}.${encoded({ a: 1 })}`;
      const secret = JSON.stringify(publicHalf(key));
      const mac = createHmac('sha256', secret).update(data).digest('base64url');
      for (const signature of ['', mac, encoded('x'.repeat(64)), encoded('\0'.repeat(64))]) {
        expect(verified(`${data}.${signature}`)).toBeUndefined();
      }
    }
  }
});

test('a signed token that is no JWT, or wants an extension, is refused', async () => {
  const verified = signatureVerifier(signing);
  for (const payload of ['', 'text', '[1]', '"a"', 'null', '1']) {
    expect(verified(await signed('ES256', payload))).toBeUndefined();
  }
  const key = keyFor('EdDSA');
  const critical = await new CompactSign(Buffer.from('{"a":1}'))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, crit: ['exp'], exp: 1 })
    .sign(await importJWK(key, 'EdDSA'), { crit: { exp: true } });
  expect(verified(critical)).toBeUndefined();
});
