import type { Instant } from '../../base/clock.js';
import { pushedRequests } from '../interactions/pushed-request-document.js';
import type { RequestScope } from '../request-scope/request-scope.js';

/** Keeps the pushed request that this request presents until then: the sign-in that it begins lasts longer than it lives. */
export async function keepPushedRequest(scope: RequestScope, until: Instant): Promise<void> {
  const pushed = await scope.reads.presentedRequest();
  if (!pushed || pushed.expiresAt >= until) return;
  const { version, ...request } = pushed;
  // If it was answered meanwhile, it is not needed any more.
  scope.held.replace(pushedRequests, { ...request, expiresAt: until }, version);
}
