import type { Filter } from 'ldapts';
import type { ClaimChange, ProfileWriteFault, ProfileWriteOutcome } from '../../contract/upstream-writer.js';
import type { LdapEntry } from '../connection/answers.js';
import { AssertionRequest, ASSERTION } from '../connection/controls.js';
import type { SearchAs } from '../connection/directory.js';
import type { BindAnswer, LdapConnection, ValueChange } from '../connection/ldap-connection.js';
import type { LdapAnswer } from '../connection/ldap-failure.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { idAttributes } from '../user-identity.js';
import { bindFault, failureFault, reportFault } from '../faults.js';
import { findSubject } from '../find-user.js';
import { allOf, equals, isPresent, noneOf } from '../names/filters.js';
import type { DirectoryFinding } from '../sign-in.js';
import { isWritable } from './writable-attributes.js';

type WriteFinding = DirectoryFinding<ProfileWriteOutcome>;

/** Changes values of the user with this id, all or none, if the directory still has those that were read. */
export async function writeProfile(
  parts: DirectoryParts,
  subject: string,
  changes: readonly ClaimChange[],
): Promise<WriteFinding> {
  if (!changes.every(({ claim }) => isWritable(parts.settings, claim))) {
    const refused = { fault: 'not-allowed', reason: 'attribute-not-writable' } as const;
    parts.report({ reason: refused.reason, details: { attributes: namesOf(changes) } });
    return { kind: 'not-written', ...refused };
  }
  if (parts.service?.kind !== 'bind')
    return { kind: 'fault', fault: { kind: 'misconfigured', reason: 'no-service-account' } };
  const answer = await parts.directory.asService((connection, search) =>
    writeOn(parts, subject, changes, connection, search),
  );
  return answer.ok ? answer.value : { kind: 'fault', fault: failureFault(answer.failure) };
}

async function writeOn(
  parts: DirectoryParts,
  subject: string,
  changes: readonly ClaimChange[],
  connection: LdapConnection,
  search: SearchAs,
): Promise<WriteFinding> {
  const wanted = [...idAttributes(parts), ...changes.map(({ claim }) => claim)];
  const found = await findSubject(parts, subject, wanted, search);
  if (found.kind === 'none') return { kind: 'unknown' };
  if (found.kind === 'fault') return found;
  if (changes.some((change) => hasMoved(found.entry, change))) {
    const moved = { fault: 'moved', reason: 'value-differs' } as const;
    parts.report({ reason: moved.reason, details: { attributes: namesOf(changes) } });
    return { kind: 'not-written', ...moved };
  }
  const steps = changes.flatMap(stepsOf);
  if (steps.length === 0) return { kind: 'written' };
  const control = (await knowsAssertions(search)) ? new AssertionRequest(stillThere(changes)) : undefined;
  return writeOutcome(parts, changes, await connection.modify(found.dn, steps, control));
}

const namesOf = (changes: readonly ClaimChange[]): string => changes.map(({ claim }) => claim).join(' ');

/** Exactly: a directory calls values equal whose letters differ in case alone. */
function hasMoved(entry: LdapEntry, { claim, before }: ClaimChange): boolean {
  const present = entryValues(entry, claim);
  return present.length !== before.length || !before.every((value) => present.includes(value));
}

/**
 * Takes away the values that were read and adds the new ones in one request. It fails if a value to take away is gone by then, and values
 * that somebody else added stay.
 */
function stepsOf({ claim, before, after }: ClaimChange): readonly ValueChange[] {
  const gone = before.filter((value) => !after.includes(value));
  const added = after.filter((value) => !before.includes(value));
  return [
    ...(gone.length > 0 ? [{ operation: 'delete', attribute: claim, values: gone } as const] : []),
    ...(added.length > 0 ? [{ operation: 'add', attribute: claim, values: added } as const] : []),
  ];
}

/** Also notices a value that came to be where there was none. */
const stillThere = (changes: readonly ClaimChange[]): Filter =>
  allOf(
    ...changes.flatMap(({ claim, before }) =>
      before.length === 0 ? [noneOf(isPresent(claim))] : before.map((value) => equals(claim, value)),
    ),
  );

/** Not every directory shows what it knows. */
async function knowsAssertions(search: SearchAs): Promise<boolean> {
  const attributes = ['supportedControl'];
  const answer = await search({ base: '', scope: 'base', filter: isPresent('objectClass'), attributes });
  const [root] = answer.ok ? answer.value.entries : [];
  return root !== undefined && entryValues(root, 'supportedControl').includes(ASSERTION);
}

function writeOutcome(
  parts: DirectoryParts,
  changes: readonly ClaimChange[],
  answer: LdapAnswer<BindAnswer>,
): WriteFinding {
  if (!answer.ok) {
    const lost = failureFault(answer.failure);
    reportFault(parts.report, lost);
    return { kind: 'not-written', fault: 'unanswered', reason: lost.reason };
  }
  const { code, referrals } = answer.value;
  if (code === SUCCESS) return { kind: 'written' };
  const ofDirectory = bindFault(code, referrals);
  if (ofDirectory) return { kind: 'fault', fault: ofDirectory };
  const fault = FAULTS.get(code) ?? 'refused';
  // Otherwise the directory's administrator has to act, and not the person.
  if (fault === 'not-allowed' || fault === 'refused')
    parts.report({
      reason: 'write-refused',
      details: { code, attributes: namesOf(changes) },
    });
  return { kind: 'not-written', fault, reason: `result-${code}` };
}

/** RFC 4511 A.2. */
const SUCCESS = 0;

const FAULTS: ReadonlyMap<number, ProfileWriteFault> = new Map<number, ProfileWriteFault>([
  // No such value, such a value already, no such entry: somebody changed or moved it meanwhile. RFC 4528: the assertion failed.
  ...([16, 20, 32, 122] as const).map((code) => [code, 'moved'] as const),
  // An unknown attribute, or one that can not be compared; no right; a part of the entry's name.
  ...([17, 18, 50, 53, 64, 67] as const).map((code) => [code, 'not-allowed'] as const),
  // Against a constraint, the syntax, or the rules of the object class.
  ...([19, 21, 65] as const).map((code) => [code, 'value-refused'] as const),
]);
