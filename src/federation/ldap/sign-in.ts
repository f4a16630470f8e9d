import type {
  ConnectorOutcome,
  KnownIdentity,
  TypedPassword,
  TypedPasswordChange,
  UserstoreFault,
} from '../../identity/userstores/password-connector.js';
import { bindOutcome } from './bind-outcome.js';
import type { LdapEntry } from './connection/answers.js';
import type { BindAnswer, LdapConnection } from './connection/ldap-connection.js';
import type { DirectoryParts } from './directory-parts.js';
import { accountBar, entrySubjectOfAny, mustChangePassword } from './entry-claims.js';
import { failureFault, type LdapFault, reportFault } from './faults.js';
import { findNamed, findSubject, readUser } from './find-user.js';
import type { Dn } from '../../base/text/distinguished-name.js';
import { idAttributes, userAttributes, userIdentity } from './user-identity.js';

/** What a sign-in or look-up found, with the cause of a failure for the log. */
export type DirectoryFinding<Outcome> = Exclude<Outcome, { readonly kind: UserstoreFault }> | FoundFault;

export interface FoundFault {
  readonly kind: 'fault';
  readonly fault: LdapFault;
}

type SignInFinding = DirectoryFinding<ConnectorOutcome>;

/** The account of a typed name, whose password may be sent. */
export interface FoundAccount {
  readonly kind: 'account';
  readonly dn: Dn;
  /** Absent: it is not known yet. */
  readonly subject?: string;
  /** What was read of the person when they were looked for. Absent: it is read after the password. */
  readonly entry?: LdapEntry;
}

/** Checks a password with exactly one bind, on a connection of the person's own. */
export async function signIn(
  parts: DirectoryParts,
  typed: TypedPassword,
  known: Pick<KnownIdentity, 'mayGuess'>,
): Promise<SignInFinding> {
  const found = await findAccount(parts, typed, known);
  return found.kind === 'account' ? signInAs(parts, found, typed.password) : found;
}

/** Finds whose password to check, and asks whether it may be sent. With a service account, a known `subject` decides and no name. */
export async function findAccount(
  parts: DirectoryParts,
  { name, password, subject: known }: TypedPassword & Pick<TypedPasswordChange, 'subject'>,
  { mayGuess }: Pick<KnownIdentity, 'mayGuess'>,
): Promise<
  FoundAccount | FoundFault | { readonly kind: 'unknown' } | { readonly kind: 'wrong-credentials' | 'held-back' }
> {
  // RFC 4513 5.1.2: an empty password would authenticate nobody, and look like success.
  if (password === '') return { kind: 'wrong-credentials' };
  // A half of a surrogate pair is sent as another character, so it would match another name.
  if (name === '' || !name.isWellFormed()) return { kind: 'unknown' };
  if (known !== undefined && parts.service) {
    const found = await findSubject(parts, known, idAttributes(parts));
    if (found.kind === 'none') return { kind: 'unknown' };
    if (found.kind === 'fault') return found;
    // A link may know the person by the other id.
    const read = entrySubjectOfAny(found.entry, idAttributes(parts));
    const subject = read.ok ? read.subject : known;
    return (await mayGuess(known)) ? { kind: 'account', dn: found.dn, subject } : { kind: 'held-back' };
  }
  if (parts.template) {
    const dn = parts.template.dn(name);
    if (!dn) return { kind: 'unknown' };
    const account = { kind: 'account', dn, ...(known !== undefined && { subject: known }) } as const;
    return (await mayGuess(`dn ${dn.text.toLowerCase()}`)) ? account : { kind: 'held-back' };
  }
  const { groups } = parts.settings.subject;
  // Groups need a search of their own. Whoever can exchange entries between two requests can also set passwords.
  const isRead = groups.from === 'search' || groups.from === 'inChain';
  const found = await findNamed(parts, name, isRead ? userAttributes(parts) : idAttributes(parts));
  if (found.kind === 'none') return { kind: 'unknown' };
  if (found.kind === 'fault') return found;
  const subject = entrySubjectOfAny(found.entry, idAttributes(parts));
  if (!subject.ok) return fault({ kind: 'misconfigured', reason: subject.reason });
  if (!(await mayGuess(subject.subject))) return { kind: 'held-back' };
  return { kind: 'account', dn: found.dn, subject: subject.subject, ...(isRead && { entry: found.entry }) };
}

/** Signs in with one bind. */
export async function signInAs(
  parts: DirectoryParts,
  { dn, subject, entry }: FoundAccount,
  password: string,
): Promise<SignInFinding> {
  const answer = await parts.directory.bindOnce(dn, password, async (bound, connection) => {
    const outcome = bindOutcome(bound, parts.settings.subject);
    if (outcome.kind !== 'ok') return outcome;
    reportPolicy(parts, bound);
    return parts.service ? { kind: 'bound' as const } : readBound(parts, dn, subject, connection);
  });
  if (!answer.ok) return fault(failureFault(answer.failure));
  if (answer.value.kind !== 'bound') return answer.value;
  if (entry && subject !== undefined) return identified(parts, subject, entry);
  return readBound(parts, dn, subject);
}

/**
 * Reads the person after the right password.
 *
 * @param own the person's own connection, where there is no service account
 */
async function readBound(
  parts: DirectoryParts,
  dn: Dn,
  known: string | undefined,
  own?: LdapConnection,
): Promise<SignInFinding> {
  const { directory } = parts;
  const found = await readUser(parts, dn, userAttributes(parts, 'base'), (request) =>
    own ? own.search(request) : directory.search(request),
  );
  if (found.kind !== 'found') {
    // The password was right. Without an id nobody is signed in; with one, the rest is missing.
    const cause =
      found.kind === 'fault' ? found.fault : ({ kind: 'misconfigured', reason: 'entry-unreadable' } as const);
    if (known === undefined || found.kind === 'none') return fault(cause);
    reportFault(parts.report, cause);
    return { kind: 'partial', identity: { subject: known, claims: new Map() } };
  }
  const subject = entrySubjectOfAny(found.entry, idAttributes(parts));
  if (!subject.ok) return fault({ kind: 'misconfigured', reason: subject.reason });
  // Another entry has the name by now: the password belonged to the one before.
  if (known !== undefined && known !== subject.subject)
    return fault({ kind: 'upstream-error', reason: 'entry-replaced' });
  return identified(parts, subject.subject, found.entry, own);
}

/** The person of the entry, unless the entry bars the account. */
async function identified(
  parts: DirectoryParts,
  subject: string,
  entry: LdapEntry,
  own?: LdapConnection,
): Promise<SignInFinding> {
  const bar = accountBar(entry, parts.settings.subject);
  if (bar) return { kind: bar };
  if (mustChangePassword(entry, parts.settings.subject)) return { kind: 'must-change' };
  const { identity, missing } = await userIdentity(parts, subject, entry, own);
  if (!missing) return { kind: 'ok', identity };
  reportFault(parts.report, missing);
  return { kind: 'partial', identity };
}

const fault = (found: LdapFault): FoundFault => ({ kind: 'fault', fault: found });

function reportPolicy(parts: DirectoryParts, { policy }: BindAnswer): void {
  if (policy?.graceLeft !== undefined) parts.report({ reason: 'grace-sign-in', details: { left: policy.graceLeft } });
  if (policy?.expiresIn !== undefined)
    parts.report({ reason: 'password-expires', details: { seconds: policy.expiresIn } });
}
