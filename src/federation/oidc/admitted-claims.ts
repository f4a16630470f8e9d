import type { JsonClaims } from './client/claim-values.js';
import { ProviderFailure } from './client/faults.js';
import { type OidcSettings, TENANT_PLACE } from './oidc-settings.js';
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

/**
 * The person has every claim that the settings require, with a value that they name.
 *
 * @throws ProviderFailure if they do not
 */
export function checkRequired(idToken: JsonClaims, { subject }: OidcSettings): void {
  for (const { claim, values } of subject.require) {
    const value = idToken.get(claim);
    const has = (each: unknown): boolean =>
      (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean') &&
      values.includes(String(each));
    if (!(Array.isArray(value) ? value : [value]).some(has)) throw new ProviderFailure('claim-not-allowed', { claim });
  }
}
