/** Filters of a search as they come over the wire (RFC 4511 4.5.1), for the directory that stands in. */
import { BER, type BerElements } from '../../src/federation/ldap/connection/ber.ts';

export type SearchFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly SearchFilter[] }
  | { readonly kind: 'not'; readonly filter: SearchFilter }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'equal' | 'least' | 'most'; readonly attribute: string; readonly value: Buffer }
  | { readonly kind: 'rule'; readonly rule: string; readonly attribute: string; readonly value: Buffer };

/** Reads the filter that comes next. @throws on one that the stand-in does not know, such as one with substrings */
export function readSearchFilter(elements: BerElements): SearchFilter {
  const tag = elements.nextTag ?? 0;
  switch (tag) {
    case 0xa0:
    case 0xa1:
      return { kind: tag === 0xa0 ? 'and' : 'or', filters: readAll(elements.elements(tag)) };
    case 0xa2:
      return { kind: 'not', filter: readSearchFilter(elements.elements(tag)) };
    case 0x87:
      return { kind: 'present', attribute: nameOf(elements.content(tag)) };
    case 0xa3:
    case 0xa5:
    case 0xa6: {
      const pair = elements.elements(tag);
      const attribute = nameOf(pair.content(BER.octets));
      const kind = ({ [0xa3]: 'equal', [0xa5]: 'least', [0xa6]: 'most' } as const)[tag];
      return { kind, attribute, value: pair.content(BER.octets) };
    }
    case 0xa9: {
      const parts = elements.elements(tag);
      const rule = parts.content(0x81).toString();
      const attribute = nameOf(parts.content(0x82));
      return { kind: 'rule', rule, attribute, value: parts.content(0x83) };
    }
    default:
      throw new Error(`The stand-in knows no filter with the tag ${tag}.`);
  }
}

function readAll(elements: BerElements): readonly SearchFilter[] {
  const filters: SearchFilter[] = [];
  while (!elements.isEmpty) filters.push(readSearchFilter(elements));
  return filters;
}

const nameOf = (bytes: Buffer): string => bytes.toString().toLowerCase();

/** @param values those of an attribute, by its name in lower case @param byRule what a rule of its own finds */
export function matchesFilter(
  filter: SearchFilter,
  values: (attribute: string) => readonly Buffer[],
  byRule: (rule: string, attribute: string, value: Buffer) => boolean,
): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((each) => matchesFilter(each, values, byRule));
    case 'or':
      return filter.filters.some((each) => matchesFilter(each, values, byRule));
    case 'not':
      return !matchesFilter(filter.filter, values, byRule);
    case 'present':
      return filter.attribute === 'objectclass' || values(filter.attribute).length > 0;
    case 'equal':
      return values(filter.attribute).some((value) => isSame(value, filter.value));
    case 'least':
      return values(filter.attribute).some((value) => order(value, filter.value) >= 0);
    case 'most':
      return values(filter.attribute).some((value) => order(value, filter.value) <= 0);
    case 'rule':
      return byRule(filter.rule, filter.attribute, filter.value);
  }
}

const folded = (value: Buffer): string => value.toString('latin1').toLowerCase();
const isSame = (one: Buffer, other: Buffer): boolean => one.equals(other) || folded(one) === folded(other);

/** Numbers by their size, such as those of `uSNChanged`; others as text, such as times. */
function order(one: Buffer, other: Buffer): number {
  const [left, right] = [one.toString('latin1'), other.toString('latin1')];
  if (!/^\d+$/.test(left) || !/^\d+$/.test(right)) return left < right ? -1 : Number(left > right);
  return Number(BigInt(left) - BigInt(right));
}
