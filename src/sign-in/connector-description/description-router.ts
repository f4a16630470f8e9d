import { Router, type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { ConnectorService } from '../../federation/connectors/connector-service.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import { type Pages, pathOf } from '../../pages/pages.js';

/** Providers that read it now and then see a new key within this time, in seconds. */
const HELD = 300;

/** The descriptions of connectors, below the issuer's path. Also of those that are disabled: the upstream has to know them before. */
export function connectorDescriptionRouter({
  issuer,
  connectors,
  pages,
}: {
  readonly issuer: URL;
  readonly connectors: Pick<ConnectorService, 'open'>;
  readonly pages: Pick<Pages, 'failure'>;
}): Middleware {
  const folder = `${pathOf(issuer)}/connector/`;
  const router = new Router();
  router.get(`${folder}:connector/metadata`, async (ctx: RouterContext) => {
    const connector = await connectors.open(ctx.params['connector'] ?? '', () => undefined);
    try {
      const described = connector?.signsInBy === 'redirect' ? await connector.describe?.() : undefined;
      if (!described) {
        const words = REASONS['not-found'].cause;
        logRefusal(ctx, { endpoint: 'connector-metadata', reason: 'not-found', words });
        await pages.failure(ctx, { fault: 'notFound' }, 404);
        return;
      }
      ctx.set('Cache-Control', `public, max-age=${HELD}`);
      ctx.type = described.contentType;
      ctx.body = described.body;
    } finally {
      await connector?.close();
    }
  });
  const routes = router.routes() as Middleware;
  return async (ctx, next) => {
    await (ctx.path.startsWith(folder) && ctx.path.endsWith('/metadata') ? routes(ctx, next) : next());
  };
}
