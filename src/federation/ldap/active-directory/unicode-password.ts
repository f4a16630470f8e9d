import type { NewPasswordFault } from '../../../identity/userstores/password-connector.js';
import type { ValueChange } from '../connection/ldap-connection.js';

const ATTRIBUTE = 'unicodePwd';

/** A password in the form of the directory: in quotation marks, as UTF-16 (MS-ADTS 3.1.1.3.1.5). */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** Changes a password, if the present one is right. Unlike a replacement it heeds the history. */
export const passwordChange = (present: string, next: string): readonly ValueChange[] => [
  { operation: 'delete', attribute: ATTRIBUTE, values: [quoted(present)] },
  { operation: 'add', attribute: ATTRIBUTE, values: [quoted(next)] },
];

/** Sets a password whatever the present one is. Zero as its time says that it must be changed. */
export const passwordReset = (next: string, mustChange: boolean): readonly ValueChange[] => [
  { operation: 'replace', attribute: ATTRIBUTE, values: [quoted(next)] },
  ...(mustChange ? [{ operation: 'replace', attribute: 'pwdLastSet', values: ['0'] } as const] : []),
];

/** Why the directory did not take a new password, by its result and the error of Windows at the start of the text: `0000052D: ...`. */
export function unicodePasswordFault(code: number, text: string): NewPasswordFault {
  if (code === INSUFFICIENT_ACCESS) return 'change-not-allowed';
  return /^0000052D\b/i.test(text) ? 'against-rules' : 'refused';
}

/** RFC 4511 A.2. */
const INSUFFICIENT_ACCESS = 50;
