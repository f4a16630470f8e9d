import type { UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { isBusy } from './connection/servers.js';
import type { LdapFailure } from './connection/ldap-failure.js';

/** The userstore could not answer. `server` and `referral` are for the log. */
export interface LdapFault {
  readonly kind: UserstoreFault;
  readonly reason: string;
  readonly server?: string;
  readonly referral?: string;
}

/** Faults of one entry or one moment's load: the directory itself answers. */
export const NOT_OF_THE_DIRECTORY: ReadonlySet<string> = new Set([
  'ambiguous-name',
  'ambiguous-subject',
  'no-subject',
  'entry-outside-base',
  'entry-replaced',
  'entry-unreadable',
  'answer-too-large',
  'overloaded',
]);

/** Reports the cause of a failure for the log. */
export function reportFault(report: (event: ConnectorEvent) => void, { reason, server, referral }: LdapFault): void {
  const details = { ...(server !== undefined && { server }), ...(referral !== undefined && { referral }) };
  report({ reason, ...(Object.keys(details).length > 0 && { details }) });
}

/** What a failed operation means for a sign-in. */
export function failureFault(failure: LdapFailure): LdapFault {
  switch (failure.kind) {
    case 'lost':
      return {
        kind: 'unavailable',
        reason: failure.reason,
        ...(failure.server !== undefined && { server: failure.server }),
      };
    case 'untrusted':
      return { kind: 'misconfigured', reason: failure.reason, server: failure.server };
    case 'broken':
      return { kind: 'upstream-error', reason: failure.reason, server: failure.server };
    case 'start-tls':
      return isBusy(failure.code)
        ? { kind: 'unavailable', reason: 'directory-busy', server: failure.server }
        : { kind: 'misconfigured', reason: 'start-tls-refused', server: failure.server };
    case 'service-bind':
      return { ...serviceBindFault(failure.code), server: failure.server };
    case 'no-secret':
      return { kind: 'misconfigured', reason: 'no-secret' };
  }
}

/** RFC 4511 A.2. */
const REFERRAL = 10;
const STRONGER_AUTHENTICATION_REQUIRED = 8;
const CONFIDENTIALITY_REQUIRED = 13;

const needsTls = (code: number): boolean =>
  code === CONFIDENTIALITY_REQUIRED || code === STRONGER_AUTHENTICATION_REQUIRED;

function serviceBindFault(code: number): LdapFault {
  if (isBusy(code)) return { kind: 'unavailable', reason: 'directory-busy' };
  return { kind: 'misconfigured', reason: needsTls(code) ? 'tls-required' : 'service-bind-refused' };
}

/** What the result code of a search means; undefined: success. */
export function searchFault(code: number, referrals: readonly string[]): LdapFault | undefined {
  if (code === 0) return undefined;
  if (isBusy(code)) return { kind: 'unavailable', reason: 'directory-busy' };
  if (code === REFERRAL) return referralFault(referrals);
  if (needsTls(code)) return { kind: 'misconfigured', reason: 'tls-required' };
  const known = SEARCH_FAULTS.get(code);
  return known ?? { kind: 'upstream-error', reason: `result-${code}` };
}

const SEARCH_FAULTS: ReadonlyMap<number, LdapFault> = new Map<number, LdapFault>([
  [3, { kind: 'unavailable', reason: 'time-limit' }],
  [4, { kind: 'upstream-error', reason: 'size-limit' }],
  [11, { kind: 'upstream-error', reason: 'admin-limit' }],
  [32, { kind: 'misconfigured', reason: 'no-base' }],
  [34, { kind: 'misconfigured', reason: 'no-base' }],
  [48, { kind: 'misconfigured', reason: 'search-refused' }],
  [50, { kind: 'misconfigured', reason: 'search-refused' }],
  [53, { kind: 'misconfigured', reason: 'search-refused' }],
]);

/** What the result code of a person's bind says of the directory; undefined: it says something of the person. */
export function bindFault(code: number, referrals: readonly string[]): LdapFault | undefined {
  if (isBusy(code)) return { kind: 'unavailable', reason: 'directory-busy' };
  if (code === REFERRAL) return referralFault(referrals);
  if (needsTls(code)) return { kind: 'misconfigured', reason: 'tls-required' };
  return undefined;
}

/** The base is held by another server. Its name is told, and it is never asked. */
function referralFault(referrals: readonly string[]): LdapFault {
  const host = referrals
    .map((url) => /^ldaps?:\/\/([^/?#]{1,255})/i.exec(url)?.[1])
    .find((found) => found !== undefined);
  return { kind: 'misconfigured', reason: 'referral', ...(host !== undefined && { referral: host }) };
}
