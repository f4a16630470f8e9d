import { ASSETS_FOLDER } from '../../pages/assets.js';
import { pathOf } from '../../pages/pages.js';

const OAUTH_METADATA = '/.well-known/oauth-authorization-server';
const OPENID_METADATA = '/.well-known/openid-configuration';
export const JWKS = '/jwks';

/** The documents that are the same for everybody: the metadata and the public keys. */
export const PUBLISHED = [OPENID_METADATA, OAUTH_METADATA, JWKS] as const;

/**
 * The path below the issuer's. RFC 8414 puts the issuer's path behind the well-known one, for its own name (3.1) and for
 * OpenID's (5); OpenID Connect Discovery 4.1 appends. Both are answered, and everything else lies below the issuer.
 */
export function pathBelow(base: string, path: string): string | undefined {
  for (const wellKnown of [OAUTH_METADATA, OPENID_METADATA]) if (path === `${wellKnown}${base}`) return wellKnown;
  return path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

/** Tells the paths whose answers hang on nothing in the store: what is published, and the files that pages refer to. */
export function storelessPaths(issuer: URL): (path: string) => boolean {
  const base = pathOf(issuer);
  return (asked) => {
    const path = pathBelow(base, asked);
    return path !== undefined && (PUBLISHED.some((each) => each === path) || path.startsWith(`${ASSETS_FOLDER}/`));
  };
}
