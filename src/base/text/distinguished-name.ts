/** A distinguished name (RFC 4514) that was parsed: no text that a person typed becomes one by itself. */
export interface Dn {
  /** As the directory or the administrator wrote it. */
  readonly text: string;
  /** From the entry up to the root. Not empty. */
  readonly rdns: readonly Rdn[];
}

export type Rdn = readonly RdnPart[];

export interface RdnPart {
  readonly type: string;
  /** Decoded; `#` and lower-case digits if it is {@link encoded}. */
  readonly value: string;
  /** The value is BER whose syntax is not known here: it is compared by its bytes alone. */
  readonly encoded?: true;
}

/** Longer text is the name of nothing. */
const LONGEST = 2000;

/** RFC 4512 1.4: a short name, or an object identifier. */
const TYPE = /^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+)$/;

/** The short names of RFC 4514 3, by the object identifiers that stand for the same types. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['2.5.4.7', 'l'],
  ['2.5.4.8', 'st'],
  ['2.5.4.10', 'o'],
  ['2.5.4.11', 'ou'],
  ['2.5.4.6', 'c'],
  ['2.5.4.9', 'street'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
]);

const ESCAPABLE = ' "#+,;<=>\\';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses a distinguished name by RFC 4514 3; undefined if the text is none. The empty name, the root, is none here. Pure. */
export function parseDn(text: string): Dn | undefined {
  if (text.length > LONGEST || !text.isWellFormed()) return undefined;
  const rdns: Rdn[] = [];
  for (const part of split(text, ',')) {
    const rdn = split(part, '+').map(parsePart);
    if (!rdn.every((each) => each !== undefined)) return undefined;
    rdns.push(rdn);
  }
  return { text, rdns };
}

/** An attribute value as part of a DN, by RFC 4514 2.4. */
export function escapeRdnValue(value: string): string {
  const last = value.length - 1;
  return value.replace(/[\\"+,;<=># \0]/g, (character, at: number) => {
    if (character === '\0') return '\\00';
    if (character === ' ' && at !== 0 && at !== last) return ' ';
    return `\\${character}`;
  });
}

/** Whether both name the same entry. See {@link dnKey}. */
export const sameDn = (one: Dn, other: Dn): boolean => dnKey(one) === dnKey(other);

/** Whether the entry is the base or below it. */
export function isWithin(dn: Dn, base: Dn): boolean {
  const above = dn.rdns.length - base.rdns.length;
  return above >= 0 && rdnsKey(dn.rdns.slice(above)) === rdnsKey(base.rdns);
}

/**
 * One text for all spellings of a name; for sets and maps. Case, escapes, insignificant spaces and the order within a multi-valued RDN
 * do not count. Values are compared as caseIgnoreMatch does (RFC 4517 4.2.11), without compatibility forms: text that only looks
 * alike stays different.
 */
export const dnKey = (dn: Dn): string => rdnsKey(dn.rdns);

const rdnsKey = (rdns: readonly Rdn[]): string => JSON.stringify(rdns.map((rdn) => rdn.map(partKey).sort()));

function partKey({ type, value, encoded }: RdnPart): string {
  const name = type.toLowerCase();
  return JSON.stringify([SHORT_NAMES.get(name) ?? name, encoded === true ? value : foldValue(value), encoded === true]);
}

const foldValue = (value: string): string =>
  value.toLowerCase().normalize('NFC').replaceAll(/ +/g, ' ').replaceAll(/^ | $/g, '');

/** At each separator that is not escaped. */
function split(text: string, separator: string): string[] {
  // Most names have no escapes, and a user may be in thousands of groups.
  if (!text.includes('\\')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function parsePart(text: string): RdnPart | undefined {
  const equals = text.indexOf('=');
  const type = text.slice(0, Math.max(equals, 0)).replaceAll(/^ +| +$/g, '');
  if (!TYPE.test(type)) return undefined;
  const raw = text.slice(equals + 1).replace(/^ +/, '');
  if (raw.startsWith('#')) {
    const value = withoutEnd(raw).toLowerCase();
    return ENCODED.test(value) ? { type, value, encoded: true } : undefined;
  }
  const value = unescape(withoutEnd(raw));
  return value === undefined ? undefined : { type, value };
}

const ENCODED = /^#(?:[0-9a-f]{2})+$/;

/** Without the spaces at the end, which belong to the separator; an escaped one belongs to the value. */
function withoutEnd(raw: string): string {
  let end = raw.length;
  while (raw[end - 1] === ' ') end--;
  let slashes = 0;
  while (raw[end - 1 - slashes] === '\\') slashes++;
  return raw.slice(0, slashes % 2 === 1 ? end + 1 : end);
}

/** RFC 4514 3: what must be escaped wherever it is in a value. */
const MUST_BE_ESCAPED = /["+,;<>\0]/;

function unescape(text: string): string | undefined {
  if (!text.includes('\\')) return MUST_BE_ESCAPED.test(text) ? undefined : text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character !== '\\') {
      if (MUST_BE_ESCAPED.test(character)) return undefined;
      bytes.push(...Buffer.from(character));
      at += character.length;
      continue;
    }
    const next = text[at + 1] ?? '';
    const hex = text.slice(at + 1, at + 3);
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 3;
    } else if (next !== '' && ESCAPABLE.includes(next)) {
      bytes.push(next.charCodeAt(0));
      at += 2;
    } else return undefined;
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
