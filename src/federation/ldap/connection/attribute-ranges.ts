import type { LdapEntry } from './answers.js';
import { answered, type LdapAnswer } from './ldap-failure.js';

/** Reads of further values, for all entries of one answer. */
const MOST_READS = 200;

/** `member;range=0-1499`: some of the values, by their places. `*`: up to the last one. */
const RANGE = /^(?<name>.+);range=(?<from>\d{1,9})-(?<to>\d{1,9}|\*)$/;

/** Reads attributes of one entry, on the connection that the entry came from. */
export type ReadFurther = (
  dn: string,
  attributes: readonly string[],
) => Promise<LdapAnswer<{ readonly code: number; readonly entries: readonly LdapEntry[] }>>;

interface AttributeRange {
  readonly name: string;
  readonly values: readonly Buffer[];
  /** Where the next one begins; absent: there are no more values. */
  readonly next?: number;
}

/**
 * Active Directory cuts an attribute of many values, such as `member`, into ranges (MS-ADTS 3.1.1.3.1.3.3). Reads the rest of each, so that
 * the attribute has all of its values under its own name, or is named in `cut`: then it must not pass for a shorter one.
 *
 * @param most how many bytes the further values may have
 */
export async function withWholeAttributes(
  entries: readonly LdapEntry[],
  read: ReadFurther,
  most: number,
): Promise<LdapAnswer<readonly LdapEntry[]>> {
  // Nearly every answer has none.
  if (!entries.some(({ attributes }) => rangesOf(attributes).length > 0)) return answered(entries);
  const left = { reads: MOST_READS, bytes: most };
  const whole: LdapEntry[] = [];
  for (const entry of entries) {
    const attributes = new Map(entry.attributes);
    const cut = new Set<string>();
    for (const range of rangesOf(entry.attributes)) {
      attributes.delete(range.name);
      for (const key of entry.attributes.keys())
        if (RANGE.exec(key)?.groups?.['name'] === range.name) attributes.delete(key);
      const values = await readRest(entry.dn, range, read, left);
      if (!values.ok) return values;
      if (values.value) attributes.set(range.name, values.value);
      else cut.add(range.name);
    }
    whole.push({ dn: entry.dn, attributes, ...(cut.size > 0 && { cut }) });
  }
  return answered(whole);
}

/** All values; undefined: some can't be read. A lost connection is a failure, as it is for any other search. */
async function readRest(
  dn: string,
  first: AttributeRange,
  read: ReadFurther,
  left: { reads: number; bytes: number },
): Promise<LdapAnswer<readonly Buffer[] | undefined>> {
  const values = [...first.values];
  for (let { next } = first; next !== undefined;) {
    if (left.reads-- <= 0) return answered(undefined);
    const answer = await read(dn, [`${first.name};range=${next}-*`]);
    if (!answer.ok) return answer;
    const { code, entries } = answer.value;
    const found = entries.flatMap((entry) => rangesOf(entry.attributes, next)).find(({ name }) => name === first.name);
    if (code !== 0 || !found || found.values.length === 0) return answered(undefined);
    for (const value of found.values) left.bytes -= value.length;
    if (left.bytes < 0) return answered(undefined);
    values.push(...found.values);
    next = found.next;
  }
  return answered(values);
}

/** The ranges that begin at this place. */
function rangesOf(attributes: LdapEntry['attributes'], from = 0): readonly AttributeRange[] {
  const ranges: AttributeRange[] = [];
  for (const [key, values] of attributes) {
    const { name, from: begins, to } = RANGE.exec(key)?.groups ?? {};
    if (name === undefined || Number(begins) !== from || Number(to) < from) continue;
    ranges.push({ name, values, ...(to !== '*' && { next: Number(to) + 1 }) });
  }
  return ranges;
}
