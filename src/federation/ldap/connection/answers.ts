import { BER, BerElements, MalformedBer } from './ber.js';

/** The tags of the answers that we read (RFC 4511 4). */
export const ANSWER = {
  bind: 0x61,
  entry: 0x64,
  searchDone: 0x65,
  modify: 0x67,
  reference: 0x73,
  extended: 0x78,
} as const;

/** An entry of a search. A map, since names from outside are never keys of objects. */
export interface LdapEntry {
  readonly dn: string;
  /** The values by the attribute's name in lower case, with its options: `cn;lang-de`. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
  /** Attributes that have more values than could be read, by their names in lower case: they are not among `attributes`. */
  readonly cut?: ReadonlySet<string>;
}

export interface LdapResult {
  readonly code: number;
  /** Its first characters. Some directories say the reason only here. Never shown or logged. */
  readonly text: string;
  /** Where the directory refers us to, for the report: never followed. */
  readonly referrals: readonly string[];
  /** The values of the controls by their object identifier. */
  readonly controls: ReadonlyMap<string, Buffer>;
}

export type LdapMessage = { readonly id: number } & (
  | { readonly kind: 'entry'; readonly entry: LdapEntry }
  | { readonly kind: 'reference' }
  | { readonly kind: 'result'; readonly tag: number; readonly result: LdapResult }
);

const LONGEST_TEXT = 1000;
const REFERRAL = 0xa3;
const CONTROLS = 0xa0;

/** Reads one whole message. @throws MalformedBer */
export function readMessage(bytes: Buffer): LdapMessage {
  const whole = new BerElements(bytes);
  const message = whole.elements(BER.sequence);
  const id = message.integer(BER.integer);
  const tag = message.nextTag ?? 0;
  switch (tag) {
    case ANSWER.entry:
      return { id, kind: 'entry', entry: readEntry(message.elements(tag)) };
    case ANSWER.reference:
      return { id, kind: 'reference' };
    case ANSWER.bind:
    case ANSWER.searchDone:
    case ANSWER.modify:
    case ANSWER.extended: {
      const result = readResult(message.elements(tag));
      const controls = message.isEmpty ? new Map<string, Buffer>() : readControls(message.elements(CONTROLS));
      return { id, kind: 'result', tag, result: { ...result, controls } };
    }
    default:
      throw new MalformedBer();
  }
}

function readEntry(elements: BerElements): LdapEntry {
  const dn = elements.content(BER.octets).toString();
  const attributes = new Map<string, Buffer[]>();
  for (const list = elements.elements(BER.sequence); !list.isEmpty;) {
    const attribute = list.elements(BER.sequence);
    const name = attribute.content(BER.octets).toString('latin1').toLowerCase();
    // An attribute that comes twice, which RFC 4511 4.5.2 forbids, has the values of both.
    const values = attributes.get(name) ?? [];
    for (const set = attribute.elements(BER.set); !set.isEmpty;) values.push(set.content(BER.octets));
    attributes.set(name, values);
  }
  return { dn, attributes };
}

function readResult(elements: BerElements): Omit<LdapResult, 'controls'> {
  const code = elements.integer(BER.enumerated);
  elements.content(BER.octets);
  const text = elements.content(BER.octets).toString('utf8', 0, LONGEST_TEXT);
  const referrals: string[] = [];
  if (elements.nextTag === REFERRAL) {
    for (const list = elements.elements(REFERRAL); !list.isEmpty;) referrals.push(list.content(BER.octets).toString());
  }
  return { code, text, referrals };
}

function readControls(list: BerElements): Map<string, Buffer> {
  const controls = new Map<string, Buffer>();
  while (!list.isEmpty) {
    const control = list.elements(BER.sequence);
    const oid = control.content(BER.octets).toString('latin1');
    if (control.nextTag === BER.boolean) control.skip();
    controls.set(oid, control.isEmpty ? Buffer.alloc(0) : control.content(BER.octets));
  }
  return controls;
}
