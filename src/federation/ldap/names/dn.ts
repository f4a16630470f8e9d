/** A distinguished name that was parsed: no text that a person typed becomes one by itself. */
export interface Dn {
  /** As the directory or the administrator wrote it. */
  readonly text: string;
  /** From the entry up to the root. Not empty. */
  readonly rdns: readonly Rdn[];
}

export type Rdn = readonly { readonly type: string; readonly value: string }[];

const TYPE = /^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)$/;
const ESCAPABLE = ' "#+,;<=>\\';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses a distinguished name by RFC 4514 3; undefined if the text is none. The empty name, the root, is none here. */
export function parseDn(text: string): Dn | undefined {
  const rdns: Rdn[] = [];
  for (const part of split(text, ',')) {
    const rdn = split(part, '+').map(parsePair);
    if (!rdn.every((pair) => pair !== undefined)) return undefined;
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

/** Whether both name the same entry, by the usual matching of names: case and repeated spaces are the same. */
export const sameDn = (one: Dn, other: Dn): boolean => dnKey(one) === dnKey(other);

/** Whether the entry is the base or below it. */
export function isWithin(dn: Dn, base: Dn): boolean {
  const above = dn.rdns.length - base.rdns.length;
  return above >= 0 && rdnsKey(dn.rdns.slice(above)) === rdnsKey(base.rdns);
}

/** Equal for names that {@link sameDn} finds equal; for sets and maps. */
export const dnKey = (dn: Dn): string => rdnsKey(dn.rdns);

const rdnsKey = (rdns: readonly Rdn[]): string => JSON.stringify(rdns.map((rdn) => rdn.map(pairKey).sort()));

const pairKey = ({ type, value }: Rdn[number]): string =>
  `${type.toLowerCase()}=${value.normalize('NFKC').toLowerCase().replace(/ +/g, ' ').trim()}`;

/** At each separator that is not escaped. */
function split(text: string, separator: string): string[] {
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

function parsePair(text: string): Rdn[number] | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return undefined;
  const type = text.slice(0, equals).trim();
  const raw = text.slice(equals + 1).replace(/^ +/, '');
  const value = raw.startsWith('#') ? hexValue(raw.trim()) : unescape(withoutEnd(raw));
  return TYPE.test(type) && value !== undefined ? { type, value } : undefined;
}

/** Without the spaces at the end, which belong to the separator; an escaped one belongs to the value. */
function withoutEnd(raw: string): string {
  let end = raw.length;
  while (raw[end - 1] === ' ') end--;
  let slashes = 0;
  while (raw[end - 1 - slashes] === '\\') slashes++;
  return raw.slice(0, slashes % 2 === 1 ? end + 1 : end);
}

const hexValue = (text: string): string | undefined =>
  /^#(?:[0-9A-Fa-f]{2})+$/.test(text) ? text.toLowerCase() : undefined;

function unescape(text: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character !== '\\') {
      if ('"+,;<>\0'.includes(character)) return undefined;
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
