import { equals } from './filters.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How an attribute's bytes become text. It depends on the attribute alone, never on the bytes that came. */
type ValueSyntax = 'text' | 'uuid' | 'guid' | 'sid';

const SYNTAXES: ReadonlyMap<string, ValueSyntax> = new Map([
  ['entryuuid', 'uuid'],
  ['objectguid', 'guid'],
  ['objectsid', 'sid'],
  ['tokengroups', 'sid'],
]);

const syntaxOf = (attribute: string): ValueSyntax => SYNTAXES.get(attribute.toLowerCase()) ?? 'text';

/** Whether the values are text as they are stored. */
export const isTextAttribute = (attribute: string): boolean => syntaxOf(attribute) === 'text';

/** The value as text; undefined if the bytes are no value of this attribute, such as a picture. */
export function valueText(attribute: string, bytes: Buffer): string | undefined {
  switch (syntaxOf(attribute)) {
    case 'text':
      return decoded(bytes);
    case 'uuid':
      return decoded(bytes)?.toLowerCase();
    case 'guid':
      return bytes.length === 16 ? guidText(bytes) : undefined;
    case 'sid':
      return sidText(bytes);
  }
}

/** Entries whose attribute has the value that {@link valueText} returned as this text; undefined if no value has this text. */
export function valueFilter(attribute: string, text: string) {
  switch (syntaxOf(attribute)) {
    case 'text':
      return equals(attribute, text);
    case 'uuid':
      return GUID.test(text) ? equals(attribute, text) : undefined;
    case 'guid':
      return GUID.test(text) ? equals(attribute, guidBytes(text)) : undefined;
    case 'sid': {
      const bytes = sidBytes(text);
      return bytes && equals(attribute, bytes);
    }
  }
}

/** The text that {@link valueText} returns, of any spelling of a value that administrators copy. Others stay as they are. */
export function storedText(attribute: string, typed: string): string {
  switch (syntaxOf(attribute)) {
    case 'text':
    case 'sid':
      return typed;
    case 'uuid':
      return GUID.test(typed) ? typed.toLowerCase() : typed;
    case 'guid':
      return typedGuid(typed) ?? typed;
  }
}

/** As text, with braces or without, or the bytes in their order: in base 16, as in a filter, or in base 64. */
function typedGuid(typed: string): string | undefined {
  const text = /^\{(.*)\}$/.exec(typed)?.[1] ?? typed;
  if (GUID.test(text)) return text.toLowerCase();
  const hex = /^(?:\\[0-9a-f]{2}){16}$/i.test(typed) ? typed.replaceAll('\\', '') : typed;
  if (/^[0-9a-f]{32}$/i.test(hex)) return guidText(Buffer.from(hex, 'hex'));
  return /^[A-Za-z0-9+/]{22}==$/.test(typed) ? guidText(Buffer.from(typed, 'base64')) : undefined;
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The order of a GUID's bytes in its text (MS-DTYP 2.3.4.2): the first three fields are little-endian. The order is its own inverse. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const reordered = (bytes: Buffer): Buffer => Buffer.from(GUID_ORDER.map((at) => bytes.readUInt8(at)));

const guidText = (bytes: Buffer): string =>
  reordered(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const guidBytes = (text: string): Buffer => reordered(Buffer.from(text.replaceAll('-', ''), 'hex'));

/** MS-DTYP 2.4.2: revision, number of parts, 48 bits of authority, then each part in little-endian order. */
function sidText(bytes: Buffer): string | undefined {
  if (bytes.length < 8 || bytes.readUInt8(0) !== 1) return undefined;
  const parts = bytes.readUInt8(1);
  if (bytes.length !== 8 + parts * 4) return undefined;
  const below = Array.from({ length: parts }, (_, at) => bytes.readUInt32LE(8 + at * 4));
  return ['S', 1, bytes.readUIntBE(2, 6), ...below].join('-');
}

function sidBytes(text: string): Buffer | undefined {
  const found = /^S-1-([0-9]{1,15})((?:-[0-9]{1,10}){0,15})$/.exec(text);
  if (!found) return undefined;
  const authority = Number(found[1]);
  const below = (found[2] ?? '').split('-').slice(1).map(Number);
  if (authority >= 2 ** 48 || below.some((part) => part >= 2 ** 32)) return undefined;
  const bytes = Buffer.alloc(8 + below.length * 4);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(below.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  below.forEach((part, at) => bytes.writeUInt32LE(part, 8 + at * 4));
  return bytes;
}
