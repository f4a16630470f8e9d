import type { ConnectorEvent } from '../../contract/connector-kind.js';
import type { ReadingEnd } from '../../contract/upstream-reader.js';
import type { LdapAnswer, LdapFailure } from '../connection/ldap-failure.js';
import type { PagesEnd } from '../connection/paged-search.js';
import { failureFault, type LdapFault, reportFault, searchFault } from '../faults.js';

/** Why a reading is not complete. */
export interface ReadingProblem {
  readonly kind: 'problem';
  readonly end: UnfinishedEnd;
  /** For the log. */
  readonly cause: LdapFault;
  /** Nothing else can be read either. */
  readonly isFinal: boolean;
}

export type UnfinishedEnd = Exclude<ReadingEnd, { readonly kind: 'complete' }>;

/** RFC 4511 A.2. */
const NO_SUCH_OBJECT = 32;

/** Nothing was read, for want of a connection. */
export function connectProblem(failure: LdapFailure): ReadingProblem {
  const cause = failureFault(failure);
  return { kind: 'problem', end: { kind: cause.kind, reason: cause.reason }, cause, isFinal: true };
}

/** What keeps a base from being read whole; undefined: nothing, it was. */
export function baseProblem(base: string, answer: LdapAnswer<PagesEnd>): ReadingProblem | undefined {
  if (!answer.ok) return { ...partial(base, failureFault(answer.failure)), isFinal: true };
  const { code, referrals } = answer.value;
  if (code === NO_SUCH_OBJECT) return partial(base, { kind: 'misconfigured', reason: 'no-base' });
  const cause = searchFault(code, referrals);
  if (cause?.kind !== 'misconfigured') return cause && partial(base, cause);
  // The directory refuses such a search at all times.
  return { kind: 'problem', end: { kind: cause.kind, reason: cause.reason, base }, cause, isFinal: false };
}

export const partial = (base: string, cause: LdapFault): ReadingProblem => ({
  kind: 'problem',
  end: { kind: 'partial', reason: cause.reason, base },
  cause,
  isFinal: false,
});

export function reportProblem(report: (event: ConnectorEvent) => void, { cause, end }: ReadingProblem): void {
  reportFault(
    ({ reason, details }) => report({ reason, details: { ...details, ...('base' in end && { base: end.base }) } }),
    cause,
  );
}
