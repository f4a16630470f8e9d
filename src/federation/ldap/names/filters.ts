import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts';

/** Runs of bytes of non-ASCII characters, as RFC 4515 3 escapes them. */
const ESCAPED_BYTES = /(?:\\[89a-fA-F][0-9a-fA-F])+/g;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A filter that an administrator wrote (RFC 4515); undefined if it is none. */
export function parseFilter(text: string): Filter | undefined {
  // The library forgives a missing bracket. In a value, brackets are escaped.
  if (text.split('(').length !== text.split(')').length) return undefined;
  try {
    // The library takes each escaped byte for a character of its own.
    return FilterParser.parseString(text.replace(ESCAPED_BYTES, decodeBytes));
  } catch {
    return undefined;
  }
}

const decodeBytes = (escaped: string): string => utf8.decode(Buffer.from(escaped.replaceAll('\\', ''), 'hex'));

/** Entries where the attribute has this value. The value is data: no character of it is syntax. */
export const equals = (attribute: string, value: string | Buffer): Filter => new EqualityFilter({ attribute, value });

/** Entries that match one of the filters. */
export const anyOf = (filters: readonly Filter[]): Filter => {
  const [only, ...others] = filters;
  return only && others.length === 0 ? only : new OrFilter({ filters: [...filters] });
};

/** Entries that match all of the filters that are given. */
export const allOf = (...filters: readonly (Filter | undefined)[]): Filter =>
  new AndFilter({ filters: filters.filter((filter) => filter !== undefined) });

/** Entries that have the attribute. */
export const isPresent = (attribute: string): Filter => new PresenceFilter({ attribute });

/** Entries that do not match. */
export const noneOf = (filter: Filter): Filter => new NotFilter({ filter });

/** The attributes that the text of a filter names, in lower case. */
export const filterAttributes = (text: string): readonly string[] =>
  [...text.matchAll(/\(\s*([A-Za-z0-9.-]+)[;A-Za-z0-9-]*(?::[^=()]*)?[~<>]?=/g)].map(([, name = '']) =>
    name.toLowerCase(),
  );

/** Entries whose attribute leads to this DN, through others of the same attribute too (MS-ADTS 3.1.1.3.4.4.3). */
export const reachesInChain = (attribute: string, dn: string): Filter =>
  new ExtensibleFilter({ matchType: attribute, rule: '1.2.840.113556.1.4.1941', value: dn });

/** Entries whose value comes after this one, or is this one, in the order of the attribute. */
export const atLeast = (attribute: string, value: string): Filter => new GreaterThanEqualsFilter({ attribute, value });
