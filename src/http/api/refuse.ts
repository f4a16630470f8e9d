import type { Context } from 'koa';
import type { StepUp } from '../../access/limitations/limitation.js';
import { now } from '../../base/clock.js';
import { problem, type ProblemCode } from '../problem.js';
import type { Why } from '../refusals/because.js';
import { logRefusal } from '../refusals/log-refusal.js';
import { type Reason, REASONS } from '../refusals/reasons.js';
import type { AuthenticationRefusal } from './authentication/authentication-result.js';
import { challengesOf } from './authentication/challenge.js';
import type { OperationFacts } from './operation.js';
import type { PermissionVerdict } from './permission-check.js';
import type { Principal } from './authentication/principal.js';
import type { ApiRefusal } from './refusal.js';
import type { CallerSecurity } from './authentication/security.js';

/** The operation and the caller of a refused request, for its log line. */
export interface RequestLog {
  readonly operation: Pick<OperationFacts, 'id' | 'group' | 'invalidReason'>;
  readonly principal?: Principal;
}

interface Surroundings {
  readonly realm: string;
  readonly proofAlgorithms: readonly string[];
}

/** Answers with a problem, and says why in the request's log line. The detail may repeat what was sent, so it is not logged. */
export function refuse(ctx: Context, { code, detail, problems, why }: ApiRefusal, log: RequestLog): void {
  note(ctx, code, why ?? whyOf(reasonOf(code, log)), log);
  problem(ctx, code, detail, problems);
}

/** RFC 9110 15.5.6. */
export function refuseMethod(ctx: Context, methods: readonly string[], log: RequestLog | undefined): void {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method));
  ctx.set('Allow', allowed.join(', '));
  const detail = `This address takes ${allowed.join(', ')}.`;
  refuse(ctx, { code: 'method-not-allowed', detail }, log ?? NO_OPERATION);
}

export const refusePath = (ctx: Context): void =>
  refuse(ctx, { code: 'not-found', detail: 'There is no operation at this address.' }, NO_OPERATION);

const NO_OPERATION: RequestLog = { operation: { id: 'none', group: 'api' } };

/** Answers a caller that was not authenticated: 401 with a challenge for each way to authenticate, or 429. */
export function turnAway(
  ctx: Context,
  refusal: AuthenticationRefusal,
  { security, log, ...surroundings }: Surroundings & { readonly security: CallerSecurity; readonly log: RequestLog },
): void {
  const code = refusal.kind === 'throttled' ? 'throttled' : 'unauthenticated';
  logRefusal(ctx, { client: refusal.client, endpoint: log.operation.group, error: code, ...refusal.why });
  if (refusal.kind === 'throttled') {
    ctx.set('Retry-After', String(Math.max(1, Math.ceil((refusal.until - now()) / 1000))));
    problem(ctx, code, THROTTLED);
    return;
  }
  ctx.set('WWW-Authenticate', challengesOf(security, refusal, surroundings));
  const isToken = refusal.kind === 'token-refused';
  problem(ctx, code, isToken ? (refusal.detail ?? `This token opens nothing here. ${security.help}`) : security.help);
}

const THROTTLED = 'Too many wrong secrets of this client came from this address. Wait as long as Retry-After says.';

/** Answers a caller that lacks the permission: 403, or 401 if a sign-in at another level would be sufficient (RFC 9470 3). */
export function refusePermission(
  ctx: Context,
  verdict: Extract<PermissionVerdict, { readonly allowed: false }>,
  { permission, log, realm }: Surroundings & { readonly permission: string; readonly log: RequestLog },
): void {
  const { missing, stepUp } = verdict;
  const why = { reason: 'permission-missing', words: wordsOf(missing, permission) } as const;
  if (stepUp) {
    ctx.set(
      'WWW-Authenticate',
      `Bearer realm="${realm}", error="insufficient_user_authentication", ${levelOf(stepUp)}`,
    );
    const detail = `${permission} needs a sign-in at another level. Send acr_values and max_age of the challenge to the authorization endpoint.`;
    refuse(ctx, { code: 'unauthenticated', detail, why }, log);
    return;
  }
  if (missing === 'scope')
    ctx.set('WWW-Authenticate', `Bearer realm="${realm}", error="insufficient_scope", scope="${permission}"`);
  const detail =
    missing === 'scope'
      ? `The access token was not granted ${permission}. Ask for this scope.`
      : `This needs the permission ${permission}, which the caller does not hold.`;
  refuse(ctx, { code: 'forbidden', detail, why }, log);
}

const levelOf = ({ level, maxAgeSeconds }: StepUp): string =>
  `acr_values="${level}"${maxAgeSeconds === undefined ? '' : `, max_age="${maxAgeSeconds}"`}`;

const wordsOf = (missing: 'scope' | 'permission', permission: string): string =>
  missing === 'scope' ? `the token was not granted ${permission}` : `the caller does not hold ${permission}`;

function note(ctx: Context, error: ProblemCode, why: Why, { operation, principal }: RequestLog): void {
  const isKnown = principal !== undefined && principal.kind !== 'anonymous';
  logRefusal(ctx, {
    ...(isKnown && { client: principal.client.id }),
    ...(principal?.kind === 'user' && { user: principal.user.id }),
    endpoint: operation.group,
    error,
    ...why,
  });
}

/** The log's reasons for codes that do not come from the operation's schemas. */
const REASON_OF: Partial<Record<ProblemCode, Reason>> = {
  'method-not-allowed': 'method-not-allowed',
  'not-found': 'not-found',
  conflict: 'state-conflict',
  'precondition-failed': 'state-conflict',
  'precondition-required': 'state-conflict',
};

const reasonOf = (code: ProblemCode, { operation }: RequestLog): Reason =>
  REASON_OF[code] ?? operation.invalidReason ?? 'request-invalid';

const whyOf = (reason: Reason): Why => ({ reason, words: REASONS[reason].cause });
