import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { ReadLogout } from '../../contract/redirect-connector.js';
import { checkLogoutToken, type LogoutRefusal } from './logout-token.js';
import type { OidcSettings } from '../settings/oidc-settings.js';
import { isSameIssuer, type Provider } from '../provider.js';
import type { KeySet } from '../signing-keys.js';

type JwtParts = readonly [header: Readonly<Record<string, unknown>>, claims: Readonly<Record<string, unknown>>];

/**
 * Reads a logout token (OpenID Connect Back-Channel Logout 1.0 2.6). Anybody may send one: the provider is asked for its document and keys
 * only for a token that is right but for its signature, and rarely.
 *
 * @throws ProviderFailure if the provider gives neither document nor keys
 */
export async function readLogout(
  provider: Provider,
  { connection: { issuer, clientId }, subject: { id: idClaims } }: OidcSettings,
  message: ReadonlyMap<string, string>,
): Promise<
  Exclude<ReadLogout, { readonly reason: string }> | { readonly kind: 'refused'; readonly reason: LogoutRefusal }
> {
  const token = message.get('logout_token') ?? '';
  const parts = partsOf(token);
  if (!parts) return refused('logout-malformed');
  const [header, claims] = parts;
  const isIssuer = (named: string): boolean => isSameIssuer(named, issuer);
  const checked = checkLogoutToken(header, claims, { clientId, isIssuer, idClaims });
  if (typeof checked === 'string') return refused(checked);
  const { metadata, keys } = await provider.discoveredForStranger();
  if (claims['iss'] !== metadata.issuer) return refused('logout-issuer');
  const { alg, kid } = header;
  if (!metadata.id_token_signing_alg_values_supported.some((name) => name === alg)) return refused('logout-algorithm');
  const set = await keys.forStranger(typeof kid === 'string' ? kid : undefined);
  if (!(await isSigned(token, String(alg), set))) return refused('logout-signature');
  return { kind: 'ended', ...checked };
}

const refused = (reason: LogoutRefusal) => ({ kind: 'refused', reason }) as const;

function partsOf(token: string): JwtParts | undefined {
  try {
    return [decodeProtectedHeader(token), decodeJwt(token)];
  } catch {
    return undefined;
  }
}

/** By a public key of the provider that fits the header (RFC 7515 5.2). */
async function isSigned(token: string, algorithm: string, set: KeySet): Promise<boolean> {
  const options = { algorithms: [algorithm] };
  try {
    // The library reads each key as what it says it is, or refuses it.
    await compactVerify(token, createLocalJWKSet(set), options);
    return true;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return false;
    for await (const key of error) {
      const isIt = await compactVerify(token, key, options).then(
        () => true,
        () => false,
      );
      if (isIt) return true;
    }
    return false;
  }
}
