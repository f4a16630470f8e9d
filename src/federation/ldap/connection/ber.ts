/** Bytes that are not the BER that LDAP allows (RFC 4511 5.1). Never leaves this folder. */
export class MalformedBer extends Error {}

export const BER = { boolean: 0x01, integer: 0x02, octets: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31 } as const;

/** The first bytes of an element: its tag, and where its content starts and ends. */
export interface BerHeader {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** Undefined while bytes of the header are missing. The content may be incomplete. @throws MalformedBer */
export function readHeader(bytes: Buffer, at: number): BerHeader | undefined {
  if (bytes.length < at + 2) return undefined;
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  const size = first - 0x80;
  if (size === 0 || size > 4) throw new MalformedBer();
  if (bytes.length < at + 2 + size) return undefined;
  const start = at + 2 + size;
  return { tag, start, end: start + bytes.readUIntBE(at + 2, size) };
}

/** Reads elements in order, and never beyond its end. */
export class BerElements {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The content of the next element. @throws MalformedBer if it has another tag or is incomplete */
  content(tag: number): Buffer {
    const header = readHeader(this.#bytes, this.#at);
    if (header?.tag !== tag || header.end > this.#bytes.length) throw new MalformedBer();
    this.#at = header.end;
    return this.#bytes.subarray(header.start, header.end);
  }

  /** @throws MalformedBer */
  elements(tag: number): BerElements {
    return new BerElements(this.content(tag));
  }

  /** @throws MalformedBer */
  integer(tag: number): number {
    const content = this.content(tag);
    if (content.length === 0 || content.length > 4) throw new MalformedBer();
    return content.readIntBE(0, content.length);
  }

  skip(): void {
    const tag = this.nextTag;
    if (tag === undefined) throw new MalformedBer();
    this.content(tag);
  }
}
