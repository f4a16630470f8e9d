import { matchesAny } from '../resource-servers/name-pattern.js';
import { COMPUTED_CLAIM_NAMES, COMPUTED_CLAIMS, type ComputedClaimName } from './computed-claims.js';

/** How part of a subject's access becomes a claim. */
export type ClaimMapping = {
  value: ComputedClaimName;
  /** The claim's name. */
  claim: string;
  /** `list`: a JSON array. `text`: one text, names joined by `separator`. */
  format: 'list' | 'text';
  /** Default: a space. */
  separator?: string;
  /** Patterns; absent: every name is included. */
  only?: string[];
  /** Added to each name, after `only` was applied. */
  prefix?: string;
};

/** A client's own claims need the API of permissions; in an access token they are those of its audience. */
export type ClientClaimMapping = ClaimMapping & { resourceServer?: string };

/** The default claims of an access token (RFC 9068 2.2.3.1). */
export const USUAL_ACCESS_TOKEN_CLAIMS: readonly ClaimMapping[] = [
  { value: 'roles', claim: 'roles', format: 'list' },
  { value: 'permissions', claim: 'permissions', format: 'list' },
];

/** The default claims of a client. */
export const USUAL_CLIENT_CLAIMS: readonly ClientClaimMapping[] = COMPUTED_CLAIM_NAMES.filter(
  (name) => COMPUTED_CLAIMS[name].isDefault,
).map((name) => ({ value: name, claim: name, format: COMPUTED_CLAIMS[name].format }));

/**
 * The claim's value; undefined for a text without names. Omits names that contain the separator: nobody in `not admin` may be
 * taken for `admin`.
 */
export function mappedClaim(
  { format, separator = ' ', only, prefix = '' }: ClaimMapping,
  names: readonly string[],
): readonly string[] | string | undefined {
  const included = names.filter((name) => only === undefined || matchesAny(only, name)).map((name) => prefix + name);
  if (format === 'list') return included;
  const single = included.filter((name) => !name.includes(separator));
  return single.length === 0 ? undefined : single.join(separator);
}
