import { createPrivateKey, type KeyObject } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { now, seconds } from '../../base/clock.js';
import { basicAuthentication } from './client/basic-authentication.js';
import { ProviderFailure } from './client/faults.js';
import type { OidcSettings } from './settings/oidc-settings.js';

/** How long a generated secret lives, in seconds. Each sign-in has one of its own. */
const GENERATED_LIVES = 300;
/** In bits (RFC 7518 3.3). */
const SHORTEST_RSA = 2048;

/**
 * How a client proves to an issuer who it is.
 *
 * @throws ProviderFailure if there is no secret, or if it is no private key of a kind that this takes
 */
export async function clientProof(
  { connection }: OidcSettings,
  secret: string | undefined,
  issuer: string,
): Promise<openid.ClientAuth> {
  const { clientAuthentication } = connection;
  if (clientAuthentication === 'none') return openid.None();
  if (secret === undefined) throw new ProviderFailure('no-secret');
  switch (clientAuthentication) {
    case 'client_secret_basic':
      return basicAuthentication(secret);
    case 'client_secret_post':
      return openid.ClientSecretPost(secret);
    case 'private_key_jwt':
      return privateKeyJwt(privateKeyIn(secret), connection.keyId);
    case 'client_secret_generated':
      return openid.ClientSecretPost(await generatedSecret(privateKeyIn(secret), connection, issuer));
  }
}

/** RFC 7523 2.2; the library makes the JWT, for the issuer alone. */
async function privateKeyJwt(key: KeyObject, kid: string | undefined): Promise<openid.ClientAuth> {
  const alg = algorithmOf(key);
  const imported = await importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }).toString(), alg);
  return openid.PrivateKeyJwt(
    { key: imported, ...(kid !== undefined && { kid }) },
    {
      // The library writes `Ed25519` (RFC 9864), which few providers know yet.
      [openid.modifyAssertion]: (header) => {
        header['alg'] = alg;
      },
    },
  );
}

/** A client secret that is a JWT of the team, for one sign-in (Apple, "Creating a client secret"). */
function generatedSecret(
  key: KeyObject,
  { clientId, teamId = '', keyId = '' }: OidcSettings['connection'],
  issuer: string,
): Promise<string> {
  if (algorithmOf(key) !== 'ES256') throw new ProviderFailure('secret-not-key');
  const at = Math.floor(now() / seconds(1));
  return new SignJWT({ iss: teamId, sub: clientId, aud: issuer, iat: at, exp: at + GENERATED_LIVES })
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .sign(key);
}

function privateKeyIn(secret: string): KeyObject {
  try {
    return createPrivateKey(secret);
  } catch {
    // The error may show a part of the key.
    throw new ProviderFailure('secret-not-key');
  }
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

/**
 * How a key signs (RFC 7518 3.1, RFC 8037 3.1).
 *
 * @throws ProviderFailure if no JWT is signed by such a key
 */
function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): string {
  const { namedCurve = '', modulusLength = 0 } = details;
  if (type === 'rsa' && modulusLength >= SHORTEST_RSA) return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const algorithm = type === 'ec' ? CURVES.get(namedCurve) : undefined;
  if (algorithm === undefined) throw new ProviderFailure('secret-not-key');
  return algorithm;
}
