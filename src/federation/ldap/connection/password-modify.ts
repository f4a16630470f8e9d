import { BerWriter } from 'ldapts';

/** The extended operation that changes a password (RFC 3062). */
export const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';

const OLD_PASSWORD = 0x81;
const NEW_PASSWORD = 0x82;

/** The value of the request. It names no user: the directory takes whom the connection is bound as. */
export function passwordModifyValue(present: string, next: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeString(present, OLD_PASSWORD);
  writer.writeString(next, NEW_PASSWORD);
  writer.endSequence();
  return writer.buffer;
}
