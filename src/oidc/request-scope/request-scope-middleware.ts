import type { Context, Middleware } from 'koa';
import type { AuditEntry } from '../../audit/audit-entry.js';
import { now } from '../../base/clock.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { SettingsService } from '../../realm/settings/settings-service.js';
import { revokeGrant } from '../../sessions/grants/revoke-grant.js';
import { inStoreTime, withStoreTime } from '../../storage/deadlines/store-time.js';
import type { Realm } from '../../storage/store.js';
import { pendingUndos } from './pending-undos.js';
import { RequestScope, runInScope, type ScopeOptions } from './request-scope.js';
import { requestTime } from './request-time.js';

/**
 * Opens the request scope around everything that may reach the store, outside the library's own error handler. Writes what was held once the
 * answer is known. An answer is sent only after its contents are written. If it cannot be, the client is told to retry, and finds its code
 * or refresh token as it was, as soon as the store allows.
 *
 * @param isStoreless whether the answer at this path depends on nothing in the store. It is sent while the store is away, and without a
 * scope, so that a read of the store there fails.
 * @param options.readsBehaviour whether decisions depend on the activity of users, as last known. A wrong guess costs a call or a round trip.
 */
export function requestScope(
  realm: Realm,
  settings: Pick<SettingsService, 'get'>,
  isStoreless: (path: string) => boolean,
  options: Omit<ScopeOptions, 'withBehaviour'> & {
    readonly readsBehaviour?: () => boolean;
    /** How long a request waits for the store and begins anything there, in milliseconds; 5 s. It is answered a second later at the latest. */
    readonly patience?: number;
  } = {},
): Middleware {
  const { readsBehaviour, undos = pendingUndos(), patience, ...rest } = options;
  return async (ctx, next) => {
    if (isStoreless(ctx.path)) {
      await next();
      return;
    }
    await withStoreTime(requestTime(ctx.req, patience), async () => {
      const withBehaviour = readsBehaviour?.() ?? false;
      const scope = new RequestScope(realm, await settings.get(), ctx, { ...rest, undos, withBehaviour });
      await runInScope(scope, async () => {
        try {
          await next();
          if (ctx.status !== 503) await write(scope);
        } catch (error) {
          scope.undo();
          throw error;
        }
        if (ctx.status === 503) scope.undo();
      });
    });
  };
}

async function write(scope: RequestScope): Promise<void> {
  const { ctx, realm, exchange } = scope;
  if ((await scope.flush(ctx.status < 400)) === 'written') return;
  await scope.recordFailure(() => reuseEntry(scope));
  // Two parties hold this code (RFC 6749 4.1.2) or refresh token (RFC 9700 4.14.2). The tokens of the other one die with the grant.
  const grantId = exchange.redeeming?.grantId;
  if (grantId !== undefined) await inStoreTime(() => revokeGrant(realm, grantId, now()));
  await scope.recorded();
  refuse(ctx);
}

/** The audit entry of a code or refresh token that another request exchanged at the same time. */
function reuseEntry({ ctx, exchange }: RequestScope): AuditEntry | undefined {
  const token = exchange.redeeming;
  if (!token) return undefined;
  return {
    kind: 'token.reuse-detected',
    by: actorIn(ctx, { kind: 'client', id: token.clientId }),
    ...(token.userId !== undefined && { subject: { kind: 'user', id: token.userId } }),
    outcome: 'failure',
    why: exchange.rotating ? 'refresh-token-used' : 'code-used',
    clientId: token.clientId,
    details: { endpoint: 'token', error: 'invalid_grant' },
  };
}

function refuse(ctx: Context): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
}
