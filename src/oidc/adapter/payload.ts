import type { AdapterPayload } from 'oidc-provider';

/**
 * A model as the library reads it, without its `jti`. That is the bearer secret, which the caller presents. It must not be in the store,
 * not even sealed.
 */
export function packPayload({ jti: _secret, ...payload }: AdapterPayload): string {
  return JSON.stringify(payload);
}

export const unpackPayload = (packed: string, jti: string): AdapterPayload => ({
  // We packed it, and the seal proves that nobody else did.
  ...(JSON.parse(packed) as AdapterPayload),
  jti,
});
