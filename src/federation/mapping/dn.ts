/** Longer text is no distinguished name that a directory reports of a group. */
const LONGEST = 2000;

/** The short names of RFC 4514 3 with the object identifiers that stand for the same types. */
const TYPES: ReadonlyMap<string, string> = new Map([
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

/** RFC 4512 1.4: a short name, or an object identifier. */
const TYPE = /^ *([A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+) *$/;
const HEX_VALUE = /^ *#((?:[0-9A-Fa-f]{2})+) *$/;
/** RFC 4514 3: what must be escaped wherever it is in a value. */
const MUST_BE_ESCAPED = /["+,;<>\0]/;

/**
 * One text for all spellings of a distinguished name (RFC 4514): case, escapes, insignificant spaces and the order within a
 * multi-valued RDN do not count. Every value is compared as caseIgnoreMatch does, without compatibility forms: text that only looks
 * alike stays different. Undefined: the text is no distinguished name, or an empty one. Pure.
 */
export function normalizeDn(text: string): string | undefined {
  if (text.length > LONGEST || !text.isWellFormed() || text.trim() === '') return undefined;
  const rdns = splitUnescaped(text, ',').map(readRdn);
  return rdns.includes(undefined) ? undefined : JSON.stringify(rdns);
}

/** Whether both are distinguished names, of one entry. */
export function sameDn(one: string, other: string): boolean {
  const normalized = normalizeDn(one);
  return normalized !== undefined && normalized === normalizeDn(other);
}

/** The parts of a multi-valued RDN are a set, so they are sorted. */
function readRdn(text: string): readonly string[] | undefined {
  const parts = splitUnescaped(text, '+').map(readPart);
  const read = parts.filter((part) => part !== undefined);
  return read.length === parts.length ? read.sort() : undefined;
}

/** One attribute with its value. */
function readPart(text: string): string | undefined {
  const equals = text.indexOf('=');
  const type = equals === -1 ? undefined : TYPE.exec(text.slice(0, equals))?.[1]?.toLowerCase();
  if (type === undefined) return undefined;
  const written = text.slice(equals + 1);
  const hex = HEX_VALUE.exec(written)?.[1];
  // An encoded value is compared by its bytes alone: its syntax is not known here.
  const value = hex === undefined ? readValue(written) : { encoded: hex.toLowerCase() };
  return value === undefined ? undefined : JSON.stringify([TYPES.get(type) ?? type, value]);
}

/** A run of characters that stand for themselves, or one escape: of a byte, or of a character. */
const TOKEN = /([^\\]+)|\\([0-9A-Fa-f]{2})|\\([ "#+,;<=>\\])/g;

function readValue(written: string): string | undefined {
  const text = written.replace(/^ +/, '');
  if (text.startsWith('#')) return undefined;
  // Most values have no escapes, and a user may be in thousands of groups.
  if (!text.includes('\\')) return MUST_BE_ESCAPED.test(text) ? undefined : foldValue(text);
  const bytes: Buffer[] = [];
  let read = 0;
  for (const [token, plain, byte, character] of text.matchAll(TOKEN)) {
    if (plain !== undefined && MUST_BE_ESCAPED.test(plain)) return undefined;
    bytes.push(byte === undefined ? Buffer.from(plain ?? character ?? '') : Buffer.from(byte, 'hex'));
    read += token.length;
  }
  // What is between two tokens is an escape of nothing.
  const decoded = read === text.length ? decode(Buffer.concat(bytes)) : undefined;
  return decoded === undefined ? undefined : foldValue(decoded);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    // Binary data is not a value that can be compared as text.
    return undefined;
  }
}

/** caseIgnoreMatch (RFC 4517 4.2.11): letters of either case are equal, and so are one space and several. */
const foldValue = (value: string): string =>
  value.toLowerCase().normalize('NFC').replaceAll(/ +/g, ' ').replaceAll(/^ | $/g, '');

function splitUnescaped(text: string, separator: string): readonly string[] {
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
