import type { AccountFault } from '../../identity/userstores/password-connector.js';
import { bindRefusal } from './active-directory/sub-codes.js';
import type { BindAnswer } from './connection/ldap-connection.js';
import { bindFault, type LdapFault } from './faults.js';
import type { SubjectSettings } from './ldap-settings.js';

/** What a directory's answer to the bind of a person says. */
export type BindOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong-credentials' }
  | { readonly kind: AccountFault }
  | { readonly kind: 'fault'; readonly fault: LdapFault };

/** RFC 4511 A.2. */
const CODE = {
  success: 0,
  constraintViolation: 19,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccess: 50,
  unwilling: 53,
} as const;

/** Locked, expired and wrong are one result code: only the control, or the text of some directories, tells them apart. */
export function bindOutcome(
  { code, text, referrals, policy }: BindAnswer,
  { refusals }: Pick<SubjectSettings, 'refusals'>,
): BindOutcome {
  const fault = bindFault(code, referrals);
  if (fault) return { kind: 'fault', fault };
  switch (policy?.error) {
    case 'locked':
      return { kind: 'locked' };
    case 'expired':
      // With sign-ins left, the directory lets the person in and says so.
      if (code === CODE.success && policy.graceLeft !== undefined) break;
      return { kind: 'expired' };
    case 'change-after-reset':
      return { kind: 'must-change' };
    // These concern a new password.
    case 'change-not-allowed':
    case 'old-password-missing':
    case 'too-simple':
    case 'too-short':
    case 'too-young':
    case 'in-history':
    case 'too-long':
    case 'other':
    case undefined:
      break;
  }
  switch (code) {
    case CODE.success:
      return { kind: 'ok' };
    case CODE.noSuchObject:
    case CODE.invalidDnSyntax:
      return { kind: 'unknown' };
    // An entry without a password.
    case CODE.inappropriateAuthentication:
      return { kind: 'wrong-credentials' };
    case CODE.invalidCredentials:
      return { kind: (refusals === 'sub-codes' ? bindRefusal(text) : undefined) ?? 'wrong-credentials' };
    // 389 Directory Server, after too many wrong passwords.
    case CODE.constraintViolation:
      return { kind: 'locked' };
    case CODE.insufficientAccess:
    case CODE.unwilling:
      return { kind: 'not-allowed' };
    default:
      return { kind: 'fault', fault: { kind: 'upstream-error', reason: `result-${code}` } };
  }
}
