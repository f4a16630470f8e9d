import { matchesAny } from '../resource-servers/name-pattern.js';
import type { KNOWN_SCOPES } from '../resource-servers/known-scopes.js';

/** How part of a subject's access becomes a claim. */
export type ClaimMapping = {
  value: MappedValue;
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

export type MappedValue = (typeof MAPPED_VALUES)[number];
export const MAPPED_VALUES = ['roles', 'permissions', 'groups', 'segments', 'customer_group'] as const;

/** The scope that releases each to a client; the roles and permissions of an access token depend on its API's scopes. */
export const RELEASED_BY = {
  roles: 'roles',
  permissions: 'roles',
  groups: 'groups',
  segments: 'segments',
  customer_group: 'customer_group',
} as const satisfies Record<MappedValue, (typeof KNOWN_SCOPES)[number]>;

/** The default claims of an access token (RFC 9068 2.2.3.1). */
export const USUAL_ACCESS_TOKEN_CLAIMS: readonly ClaimMapping[] = [
  { value: 'roles', claim: 'roles', format: 'list' },
  { value: 'permissions', claim: 'permissions', format: 'list' },
];

/** The default claims of a client. */
export const USUAL_CLIENT_CLAIMS: readonly ClientClaimMapping[] = [
  { value: 'roles', claim: 'roles', format: 'list' },
  { value: 'groups', claim: 'groups', format: 'list' },
  { value: 'segments', claim: 'segments', format: 'list' },
  { value: 'customer_group', claim: 'customer_group', format: 'text' },
];

/**
 * The claim's value; undefined for a text without names. Omits names that contain the separator: nobody in `not admin` may be
 * taken for `admin`.
 */
export function mappedClaim(
  { format, separator = ' ', only, prefix = '' }: ClaimMapping,
  names: readonly string[],
): readonly string[] | string | undefined {
  const told = names.filter((name) => only === undefined || matchesAny(only, name)).map((name) => prefix + name);
  if (format === 'list') return told;
  const single = told.filter((name) => !name.includes(separator));
  return single.length === 0 ? undefined : single.join(separator);
}
