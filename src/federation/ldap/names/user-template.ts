import { type Dn, escapeRdnValue, parseDn } from '../../../base/text/distinguished-name.js';

const PLACE = '{name}';

/** A template for DNs: `uid={name},ou=people,dc=example,dc=com`. */
export interface UserTemplate {
  /** The DN for a typed name: one value of it, whatever its characters. Undefined: no DN can have it. */
  dn(name: string): Dn | undefined;
}

/** Undefined unless the name stands once, for a whole value. */
export function parseUserTemplate(text: string): UserTemplate | undefined {
  const pairs = parseDn(text)?.rdns.flat() ?? [];
  if (pairs.filter(({ value }) => value === PLACE).length !== 1 || text.split(PLACE).length !== 2) return undefined;
  // Not a text as the replacement: `$&` in it would have a meaning.
  return { dn: (name) => (name === '' ? undefined : parseDn(text.replace(PLACE, () => escapeRdnValue(name)))) };
}
