import type { Context, Middleware } from 'koa';
import { now } from '../base/clock.js';
import type { SettingsService } from '../realm/settings-service.js';
import { revokeGrant } from '../sessions/revoke-grant.js';
import type { Realm } from '../storage/store.js';
import { RequestScope, runInScope } from './request-scope.js';

/**
 * Opens the request scope around everything that may reach the store, outside the library's own error handler, and writes
 * what was kept back once the answer is known. An answer is only sent when what it promises is written.
 */
export function requestScope(realm: Realm, settings: Pick<SettingsService, 'get'>): Middleware {
  return async (ctx, next) => {
    const scope = new RequestScope(realm, await settings.get(), ctx);
    await runInScope(scope, async () => {
      await next();
      // Whoever is told to come again finds everything as it was.
      if (ctx.status === 503) return;
      const grantId = scope.rotating?.grantId;
      if ((await scope.flush(ctx.status < 400)) === 'rotated-elsewhere') {
        // Two hands hold this refresh token (RFC 9700 4.14.2). What the other one just got dies with the grant.
        if (grantId !== undefined) await revokeGrant(realm, grantId, now());
        refuse(ctx);
      }
    });
  };
}

function refuse(ctx: Context): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
}
