import type { UpstreamGroup } from '../../../identity/userstores/password-connector.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';
import { ProviderFailure } from './faults.js';

/** Values of one claim. */
const MOST_VALUES = 200;
/** Claims together. */
const MOST_CLAIMS = 200;
/** Bytes of all values together. */
const MOST_BYTES = 65_536;
const LONGEST_NAME = 255;
const MOST_GROUPS = 2000;

/** Claims as JSON has them, by name. A map, since names from outside are never keys of objects. */
export type JsonClaims = ReadonlyMap<string, unknown>;

/** What belongs to one token and says nothing of the user (Core 2, 3.1.3.6; RFC 7519 4.1). */
const OF_THE_TOKEN: ReadonlySet<string> = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'jti', 'exp', 'iat', 'nbf']);

export interface BoundedClaims {
  readonly claims: ReadonlyMap<string, readonly string[]>;
  /** Something was left out, since there was too much of it. */
  readonly isCut: boolean;
}

/**
 * Claims as texts. Objects are left out, such as `address` and the places of distributed claims (Core 5.6.2), which nobody fetches.
 *
 * @param wanted the claims that come first, so that no other takes their room
 */
export function claimTexts(source: JsonClaims, wanted: readonly string[]): BoundedClaims {
  const claims = new Map<string, readonly string[]>();
  let left = MOST_BYTES;
  let isCut = false;
  for (const name of new Set([...wanted, ...source.keys()])) {
    if (OF_THE_TOKEN.has(name) || isPrototypeName(name) || name.length > LONGEST_NAME) continue;
    const values: string[] = [];
    for (const value of scalarTexts(source.get(name))) {
      const size = Buffer.byteLength(value);
      if (size > left || values.length === MOST_VALUES || claims.size === MOST_CLAIMS) {
        isCut = true;
        break;
      }
      left -= size;
      values.push(value);
    }
    if (values.length > 0) claims.set(name, values);
  }
  return { claims, isCut };
}

/**
 * The groups that a claim lists; undefined: the provider did not report groups, as when a user is in more than fit into a token.
 *
 * @throws ProviderFailure if there are too many, since access must not depend on which of them are read
 */
export function groupsOf(source: JsonClaims, claim: string): readonly UpstreamGroup[] | undefined {
  const value = source.get(claim);
  if (value === undefined || value === null || isElsewhere(source, claim)) return undefined;
  const names = scalarTexts(value);
  if (names.length > MOST_GROUPS || names.some((name) => name.length > LONGEST_NAME))
    throw new ProviderFailure('too-many-groups');
  return names.map((name) => ({ name }));
}

/** More groups than fit into a token: they are to be fetched elsewhere (Core 5.6.2), or there are some (`hasgroups`, Microsoft). */
function isElsewhere(source: JsonClaims, claim: string): boolean {
  const names = source.get('_claim_names');
  const isNamed = typeof names === 'object' && names !== null && Object.hasOwn(names, claim);
  const hasGroups = source.get('hasgroups');
  return isNamed || (claim === 'groups' && (hasGroups === true || hasGroups === 'true'));
}

/** The values of a claim, each once, in the order of the provider. Booleans and numbers become text. */
function scalarTexts(value: unknown): readonly string[] {
  const texts = (Array.isArray(value) ? value : [value]).flatMap((each: unknown) => scalarText(each) ?? []);
  return [...new Set(texts)];
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.isWellFormed() ? value : undefined;
}
