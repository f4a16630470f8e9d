import type {
  ConnectorOutcome,
  KnownIdentity,
  NewPasswordFault,
  PasswordChangeOutcome,
  TypedPasswordChange,
} from '../../identity/userstores/password-connector.js';
import type { Dn } from '../../base/text/distinguished-name.js';
import { passwordChange, unicodePasswordFault } from './active-directory/unicode-password.js';
import { bindOutcome } from './bind-outcome.js';
import type { PasswordPolicyError } from './connection/controls.js';
import type { BindAnswer, LdapConnection } from './connection/ldap-connection.js';
import type { LdapAnswer } from './connection/ldap-failure.js';
import type { DirectoryParts } from './directory-parts.js';
import { entrySubject } from './entry-claims.js';
import { bindFault, failureFault, reportFault } from './faults.js';
import { readUser } from './find-user.js';
import { type DirectoryFinding, findAccount, type FoundFault, signInAs } from './sign-in.js';

/**
 * Changes a password after a bind that proves the present one, and then signs in with the new one by a bind of its own.
 *
 * By the extended operation (RFC 3062) it is changed on the connection of that bind: after a bind with a password that must be changed a
 * directory allows nothing else. Active Directory refuses such a bind, so there the service account sends the present and the new one.
 */
export async function changePassword(
  parts: DirectoryParts,
  typed: TypedPasswordChange,
  known: Pick<KnownIdentity, 'mayGuess'>,
): Promise<DirectoryFinding<PasswordChangeOutcome>> {
  const { password, next } = typed;
  const account = await findAccount(parts, typed, known);
  if (account.kind !== 'account') return account;
  const answer = await parts.directory.bindOnce(account.dn, password, async (bound, connection) => {
    const outcome = bindOutcome(bound, parts.settings.subject);
    if (outcome.kind !== 'ok' && outcome.kind !== 'must-change') return outcome;
    if (!parts.service && account.subject !== undefined) {
      // The name led here, and not the id.
      const own = await boundSubject(parts, account.dn, connection);
      if (own !== account.subject) return { kind: 'unknown' } as const;
    }
    return setNext(parts, account.dn, typed, connection);
  });
  if (!answer.ok) return { kind: 'fault', fault: failureFault(answer.failure) };
  if (answer.value.kind !== 'set') return answer.value;
  const { entry: _beforeTheChange, ...anew } = account;
  return { kind: 'changed', signIn: reported(parts, await signInAs(parts, anew, next)) };
}

/** Sets the next password once the present one was proved. */
async function setNext(
  parts: DirectoryParts,
  dn: Dn,
  { password, next }: TypedPasswordChange,
  connection: LdapConnection,
): Promise<PasswordSet | FoundFault> {
  switch (parts.settings.subject.passwordOperation) {
    case 'rfc3062':
      return changeOutcome(parts, await connection.changePassword(password, next));
    case 'unicodePwd': {
      // Whoever must change the password is not bound. The directory compares the present one once more.
      const answer = await parts.directory.asService((service) => service.modify(dn, passwordChange(password, next)));
      return answer.ok ? changeOutcome(parts, answer.value) : { kind: 'fault', fault: failureFault(answer.failure) };
    }
  }
}

/** The id of the person whom the connection is bound as; undefined if it is not told, as before a password that must be changed. */
async function boundSubject(parts: DirectoryParts, dn: Dn, connection: LdapConnection): Promise<string | undefined> {
  const { id } = parts.settings.subject;
  const found = await readUser(parts, dn, [id], (request) => connection.search(request));
  const read = found.kind === 'found' ? entrySubject(found.entry, id) : undefined;
  return read?.ok === true ? read.subject : undefined;
}

export type PasswordSet = { readonly kind: 'set' } | Extract<PasswordChangeOutcome, { readonly kind: 'not-changed' }>;

/** What the answer to a new password says. It says nothing of the present one, which was right. */
export function changeOutcome(parts: DirectoryParts, answer: LdapAnswer<BindAnswer>): PasswordSet {
  if (!answer.ok) {
    const fault = failureFault(answer.failure);
    reportFault(parts.report, fault);
    return { kind: 'not-changed', fault: 'unanswered', reason: fault.reason };
  }
  const { code, text, referrals, policy } = answer.value;
  if (code === SUCCESS) return { kind: 'set' };
  const ofDirectory = bindFault(code, referrals);
  const reason = ofDirectory?.reason ?? policy?.error ?? `result-${code}`;
  const isUnicode = parts.settings.subject.passwordOperation === 'unicodePwd';
  const fault = isUnicode ? unicodePasswordFault(code, text) : newPasswordFault(code, policy?.error);
  if (ofDirectory) reportFault(parts.report, ofDirectory);
  // Otherwise the directory's administrator has to act, and not the person.
  if (fault === 'refused' || fault === 'change-not-allowed')
    parts.report({ reason: 'password-change-refused', details: { code, cause: reason } });
  return { kind: 'not-changed', fault, reason };
}

/** RFC 4511 A.2. */
const SUCCESS = 0;
const INSUFFICIENT_ACCESS = 50;

function newPasswordFault(code: number, error: PasswordPolicyError | undefined): NewPasswordFault {
  switch (error) {
    case 'too-simple':
    case 'too-short':
    case 'too-long':
    case 'too-young':
    case 'change-not-allowed':
      return error;
    case 'in-history':
      return 'used-before';
    // The old password was sent, so this is a fault of the directory or of something in front of it.
    case 'old-password-missing':
    case 'expired':
    case 'locked':
    case 'change-after-reset':
    case 'other':
      return 'refused';
    case undefined:
      return code === INSUFFICIENT_ACCESS ? 'change-not-allowed' : 'refused';
  }
}

/** The outcome without the cause of a fault, which goes to the log. */
function reported(parts: DirectoryParts, found: DirectoryFinding<ConnectorOutcome>): ConnectorOutcome {
  if (found.kind !== 'fault') return found;
  reportFault(parts.report, found.fault);
  const { kind, reason } = found.fault;
  return { kind, reason };
}
