import { Ber, BerWriter, Control, type Filter } from 'ldapts';
import { BER, BerElements, MalformedBer } from './ber.js';

const PASSWORD_POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
const PAGED_RESULTS = '1.2.840.113556.1.4.319';
/** RFC 4528. */
export const ASSERTION = '1.3.6.1.1.12';

/** What a directory says of the password beside the result of a bind or change (draft-behera-ldap-password-policy 6.2). */
export interface PasswordPolicyNote {
  readonly error?: PasswordPolicyError;
  /** How many sign-ins are left with the expired password. */
  readonly graceLeft?: number;
  /** Seconds until the password expires. */
  readonly expiresIn?: number;
}

export type PasswordPolicyError =
  | 'expired'
  | 'locked'
  | 'change-after-reset'
  | 'change-not-allowed'
  | 'old-password-missing'
  | 'too-simple'
  | 'too-short'
  | 'too-young'
  | 'in-history'
  | 'too-long'
  | 'other';

/** Asks for a {@link PasswordPolicyNote}. */
export const passwordPolicyRequest = (): Control => new Control(PASSWORD_POLICY);

/** Undefined: the directory says nothing of a policy. */
export function passwordPolicyNote(controls: ReadonlyMap<string, Buffer>): PasswordPolicyNote | undefined {
  const value = controls.get(PASSWORD_POLICY);
  return value && readable(() => readNote(value));
}

function readNote(value: Buffer): PasswordPolicyNote {
  if (value.length === 0) return {};
  const note = new BerElements(value).elements(BER.sequence);
  const warning = note.nextTag === 0xa0 ? note.elements(0xa0) : undefined;
  const error = note.nextTag === 0x81 ? note.integer(0x81) : undefined;
  return {
    ...(warning?.nextTag === 0x80 && { expiresIn: warning.integer(0x80) }),
    ...(warning?.nextTag === 0x81 && { graceLeft: warning.integer(0x81) }),
    ...(error !== undefined && { error: ERRORS[error] ?? 'other' }),
  };
}

/** By their number. The draft ends with `in-history`; OpenLDAP has added `too-long`. */
const ERRORS: readonly PasswordPolicyError[] = [
  'expired',
  'locked',
  'change-after-reset',
  'change-not-allowed',
  'old-password-missing',
  'too-simple',
  'too-short',
  'too-young',
  'in-history',
  'too-long',
];

/** Asks for one page of the entries (RFC 2696). The library's own class is refused in a search, since it pages by itself. */
export class PagedResultsRequest extends Control {
  readonly #size: number;
  readonly #cookie: Buffer;

  constructor(size: number, cookie: Buffer) {
    super(PAGED_RESULTS);
    this.#size = size;
    this.#cookie = cookie;
  }

  override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(this.#size);
    value.writeBuffer(this.#cookie, Ber.OctetString);
    value.endSequence();
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }
}

/** The operation is only done if the entry matches (RFC 4528). The directory refuses it if it does not know the control. */
export class AssertionRequest extends Control {
  readonly #filter: Filter;

  constructor(filter: Filter) {
    super(ASSERTION, { critical: true });
    this.#filter = filter;
  }

  override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    this.#filter.write(value);
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }
}

/** Where the next page begins. Empty: this was the last, or the directory does not page. Undefined: unreadable, so the end is unknown. */
export function pageCookie(controls: ReadonlyMap<string, Buffer>): Buffer | undefined {
  const value = controls.get(PAGED_RESULTS);
  return value ? readable(() => readCookie(value)) : Buffer.alloc(0);
}

/** Whether the answer says of itself that it is a page. */
export const isPaged = (controls: ReadonlyMap<string, Buffer>): boolean => controls.has(PAGED_RESULTS);

function readCookie(value: Buffer): Buffer {
  const page = new BerElements(value).elements(BER.sequence);
  page.skip();
  return page.content(BER.octets);
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBer) return undefined;
    throw error;
  }
}
