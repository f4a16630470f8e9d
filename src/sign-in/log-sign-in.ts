import { logRefusal } from '../http/refusals/log-refusal.js';
import { type Reason, REASONS } from '../http/refusals/reasons.js';
import type { PasswordChangeCheck, PasswordCheck } from '../identity/userstores/password-check.js';
import type { AdmissionFault } from '../identity/userstores/admit-identity.js';
import type { AccountFault, UserstoreFault } from '../identity/userstores/password-connector.js';
import type { SignInRefusal } from './interaction.js';
import type { SignInRequest } from './sign-in-request.js';

/** Why a sign-in failed, for the audit record. */
export type SignInFailure =
  | SignInRefusal
  | AccountFault
  | UserstoreFault
  | 'wrong-credentials'
  | 'held-back'
  | AdmissionFault
  | 'wrong-code'
  | 'used-code'
  | 'throttled'
  | 'overloaded'
  | 'not-offered'
  | 'cancelled';

/** Adds a failed sign-in to the request's log line, with the user concerned (never the typed name) and the reason. */
export function logFailedSignIn(request: SignInRequest, failure: SignInFailure, user: string | undefined): void {
  log(request, reasonOf(failure, user !== undefined), failure, user);
}

function reasonOf(failure: SignInFailure, isKnown: boolean): Reason {
  switch (failure) {
    case 'wrong-credentials':
      return isKnown ? 'wrong-password' : 'unknown-user';
    case 'locked':
    case 'disabled':
    case 'expired':
    case 'must-change':
    case 'not-allowed':
    case 'held-back':
    case 'link-suspended':
    case 'linked-to-another':
    case 'denied':
      return 'userstore-refused';
    case 'rule-domains':
    case 'rule-claims':
    case 'rule-max-age':
      return 'connector-rule';
    case 'unavailable':
    case 'upstream-error':
    case 'misconfigured':
      return 'userstore-failed';
    case 'throttled':
      return 'sign-in-throttled';
    case 'overloaded':
      return 'overloaded';
    case 'not-offered':
      return 'userstore-not-offered';
    case 'access_denied':
      return 'user-disabled';
    case 'login_required':
      return 'other-user';
    case 'unmet_authentication_requirements':
      return 'level-not-reached';
    case 'cancelled':
      return 'access-denied';
    case 'wrong-code':
    case 'used-code':
      return failure;
  }
}

/** Page errors that are refusals and that nothing else logs; an empty field is not one. */
const SHOWN: Readonly<Record<string, Reason>> = {
  'stale-form': 'form-expired',
  'form-unreadable': 'form-unreadable',
};

/** Adds the error shown on a sign-in page to the request's log line. */
export function logShownError(request: SignInRequest, error: string): void {
  const reason = Object.hasOwn(SHOWN, error) ? SHOWN[error] : undefined;
  if (reason !== undefined) log(request, reason, error, request.interaction.facts.user?.id);
}

/** Adds the userstore that could not say who somebody is, and the reason, to the request's log line. */
export function logUserstoreFailure(
  request: SignInRequest,
  { userstore, fault, reason }: Omit<Extract<PasswordCheck, { readonly kind: 'userstore-failed' }>, 'kind'>,
): void {
  log(request, 'userstore-failed', `${userstore}: ${fault}: ${reason}`, undefined);
}

/** Adds why a userstore did not set a new password to the request's log line. */
export function logRefusedPassword(
  request: SignInRequest,
  { connector, fault, reason, user }: Extract<PasswordChangeCheck, { readonly kind: 'not-changed' }>,
): void {
  log(request, 'userstore-refused', `${connector}: ${fault}: ${reason}`, user?.id);
}

const log = ({ ctx, interaction }: SignInRequest, reason: Reason, error: string, user: string | undefined): void =>
  logRefusal(ctx, {
    client: interaction.client.id,
    user,
    endpoint: 'sign-in',
    error,
    reason,
    words: REASONS[reason].cause,
  });
