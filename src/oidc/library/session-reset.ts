import type { KoaContextWithOIDC } from 'oidc-provider';

/** The identifier of the session before this request reset it. Undefined if it did not. `oldId` is not in the published types. */
export const sessionIdBeforeReset = (oidc: KoaContextWithOIDC['oidc'] | undefined): string | undefined =>
  (oidc?.session as { oldId?: string } | undefined)?.oldId;
