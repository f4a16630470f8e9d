import { BerWriter } from 'ldapts';
import type { Dn } from '../../../base/text/distinguished-name.js';

/** The extended operation that changes a password (RFC 3062). */
export const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';

const USER = 0x80;
const OLD_PASSWORD = 0x81;
const NEW_PASSWORD = 0x82;

/** Whose password it is. `own`: of the user whom the connection is bound as, who proves the present one. */
export type PasswordTarget = { readonly own: string } | { readonly dn: Dn };

/** The value of the request. */
export function passwordModifyValue(holder: PasswordTarget, next: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  if ('dn' in holder) writer.writeString(holder.dn.text, USER);
  else writer.writeString(holder.own, OLD_PASSWORD);
  writer.writeString(next, NEW_PASSWORD);
  writer.endSequence();
  return writer.buffer;
}
