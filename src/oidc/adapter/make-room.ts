import { errors } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import { REASONS } from '../../http/refusals/reasons.js';
import { networkOf } from '../../identity/throttling/throttle.js';
import type { PendingRequest, PendingRequests } from '../interactions/pending-requests.js';
import { currentScope } from '../request-scope/request-scope.js';

const PAUSE_SECONDS = 60;

/**
 * Counts an authorization request that is about to wait in the store.
 *
 * @throws TemporarilyUnavailable (RFC 6749 4.1.2.1; 429 at the endpoint for pushed requests, RFC 9126 2.3) where too much waits already
 */
export function makeRoom(pending: PendingRequests, request: Omit<PendingRequest, 'network'>): void {
  const { ctx } = currentScope();
  if (pending.take({ ...request, network: networkOf(ctx.ip) })) return;
  ctx.set('Retry-After', String(PAUSE_SECONDS));
  const error = new errors.TemporarilyUnavailable('too many requests wait for an answer; try again later');
  error.statusCode = 429;
  error.status = 429;
  throw because(error, 'too-many-pending', REASONS['too-many-pending'].cause);
}
