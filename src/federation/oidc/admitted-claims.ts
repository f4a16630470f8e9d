import type { JsonClaims } from './client/claim-values.js';
import { ProviderFailure } from './client/faults.js';
import { type OidcSettings, TENANT_PLACE } from './settings/oidc-settings.js';
import type { ProviderMetadata } from './provider.js';

/**
 * The token is of a tenant that the settings name, and issued by this tenant. The library takes every tenant.
 *
 * @throws ProviderFailure if it is not
 */
export function checkTenant(
  idToken: JsonClaims,
  { connection: { tenants } }: OidcSettings,
  { issuer }: Pick<ProviderMetadata, 'issuer'>,
): void {
  if (!tenants) return;
  const tenant = idToken.get('tid');
  if (typeof tenant !== 'string' || !tenants.includes(tenant)) throw new ProviderFailure('tenant-not-allowed');
  if (idToken.get('iss') !== issuer.split(TENANT_PLACE).join(tenant)) throw new ProviderFailure('token-issuer');
}
