import type { SignInError } from '#views/sign-in.js';
import type { Instant } from '../../base/clock.js';
import type { PasswordCheck } from '../../identity/userstores/password-check.js';
import type { AdmissionFault } from '../../identity/userstores/admit-identity.js';
import type { AccountFault } from '../../identity/userstores/password-connector.js';
import { firstAuthenticator } from '../authenticators/authenticators.js';
import { proofOf } from '../authenticators/second-factors.js';
import { askPerson } from '../flow/admit-pending.js';
import { advance, recordFailure } from '../flow/advance.js';
import type { SignInRefusal } from '../interaction.js';
import { logUserstoreFailure } from '../log-sign-in.js';
import type { SignInRequest } from '../sign-in-request.js';

/** What the page that asked for the password says. */
export interface PasswordFault {
  readonly status: number;
  readonly error: SignInError;
  /** The userstore that requires a new password and sets it. */
  readonly changeableAt?: string;
}

/** Who signs in, as typed. */
interface Typed {
  readonly identifier: string;
  /** Before the password was looked up. */
  readonly at: Instant;
  readonly remember?: boolean;
  /** The id of the pending identity for which alone the password counts. */
  readonly provesFor?: string;
}

/** Continues after the right password; otherwise records the failure and returns what the page says. Undefined: the response was sent. */
export async function continueWith(
  request: SignInRequest,
  outcome: PasswordCheck,
  { identifier, at, ...shown }: Typed,
): Promise<PasswordFault | undefined> {
  const { ctx, parts } = request;
  const first = firstAuthenticator(parts.authenticators);
  switch (outcome.kind) {
    case 'asks':
      await askPerson(request, outcome, {
        proof: proofOf(first, at, outcome),
        ...(shown.remember !== undefined && { remember: shown.remember }),
      });
      return undefined;
    case 'ok': {
      const user = await parts.know(outcome.user);
      const refused = await advance(request, { user, at, proof: proofOf(first, at, outcome), ...shown });
      return refused && { status: 403, error: { code: whyNot[refused] } };
    }
    case 'wrong-credentials':
      await recordFailure(request, outcome.fault ?? 'wrong-credentials', { ...outcome, typed: identifier });
      // RFC 9110 15.5.4: the credentials were insufficient. A 401 would have to name an HTTP authentication scheme.
      return { status: 403, error: { code: 'wrong-credentials' } };
    case 'account-refused': {
      const { fault, changeableAt } = outcome;
      await recordFailure(request, fault, { ...outcome, typed: identifier });
      return { status: 403, error: { code: codeOfFault(fault) }, ...(changeableAt !== undefined && { changeableAt }) };
    }
    case 'userstore-failed':
      await recordFailure(request, outcome.fault, { typed: identifier, connector: outcome.userstore });
      logUserstoreFailure(request, outcome);
      ctx.set('Retry-After', '5');
      return { status: 503, error: { code: 'userstore-failed' } };
    case 'not-offered':
      await recordFailure(request, 'not-offered', { typed: identifier });
      return { status: 403, error: { code: 'not-offered' } };
    case 'throttled':
      await recordFailure(request, 'throttled', { typed: identifier });
      ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return { status: 429, error: { code: 'throttled', seconds: outcome.retryAfterSeconds } };
    case 'overloaded':
      await recordFailure(request, 'overloaded', { typed: identifier });
      ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return { status: 503, error: { code: 'overloaded' } };
  }
}

/** What the page says where an account is refused. */
export function codeOfFault(fault: AccountFault | AdmissionFault) {
  switch (fault) {
    case 'rule-domains':
    case 'rule-claims':
    case 'rule-max-age':
      return 'account-not-admitted';
    case 'not-allowed':
    case 'link-suspended':
    case 'linked-to-another':
      return 'not-allowed';
    case 'must-change':
      return fault;
    case 'locked':
    case 'disabled':
    case 'expired':
    case 'denied':
      return 'disabled';
  }
}

export const whyNot = {
  access_denied: 'disabled',
  login_required: 'other-account',
  unmet_authentication_requirements: 'not-allowed',
} as const satisfies Record<SignInRefusal, SignInError['code']>;
