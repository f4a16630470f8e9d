import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Configuration, ExternalSigningKey, type JWK } from 'oidc-provider';
import { joseSignature } from '../../base/crypto/ecdsa-signature.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';

/** The keys whose signature takes less time than a way to another thread and back. */
type ShortKey = Exclude<SigningKey, { readonly kty: 'RSA' }>;

/**
 * The keys of tokens. ES256 and EdDSA sign at once, in a third of the time that WebCrypto takes. RSA takes longer than a request
 * may hold up the others, so it signs in the thread pool, by the library.
 */
export const signingKeys = (signing: readonly SigningKey[]) =>
  ({
    jwks: { keys: signing.map((key): JWK | ExternalSigningKey => (key.kty === 'RSA' ? key : new LocalKey(key))) },
    features: { externalSigningSupport: { enabled: true, ack: 'experimental-01' } },
  }) satisfies Configuration;

/** A key that the library neither holds nor reads: it hands over the bytes to sign. */
class LocalKey extends ExternalSigningKey {
  readonly #kid: string;
  readonly #algorithm: ShortKey['alg'];
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(jwk: ShortKey) {
    super();
    this.#kid = jwk.kid;
    this.#algorithm = jwk.alg;
    this.#private = createPrivateKey({ key: jwk, format: 'jwk' });
    this.#public = createPublicKey(this.#private);
  }

  override get kid(): string {
    return this.#kid;
  }

  override get alg(): ShortKey['alg'] {
    return this.#algorithm;
  }

  override keyObject(): KeyObject {
    return this.#public;
  }

  override sign(data: Uint8Array): Uint8Array {
    return this.#algorithm === 'EdDSA'
      ? sign(null, data, this.#private)
      : joseSignature(sign('sha256', data, this.#private));
  }
}
