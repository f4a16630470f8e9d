import { Router, type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { ConnectorService } from '../../federation/connectors/connector-service.js';
import type { ConnectorDescription } from '../../federation/contract/redirect-connector.js';
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
  readonly connectors: Pick<ConnectorService, 'get' | 'open'>;
  readonly pages: Pick<Pages, 'failure'>;
}): Middleware {
  const folder = `${pathOf(issuer)}/connector/`;
  /** By connector, until it changes: anybody can ask. */
  const written = new Map<string, { readonly version: number; readonly description: ConnectorDescription }>();

  async function describe(id: string): Promise<ConnectorDescription | undefined> {
    const view = await connectors.get(id);
    if (!view) return undefined;
    const known = written.get(id);
    if (known?.version === view.version) return known.description;
    const connector = await connectors.open(id, () => undefined);
    try {
      const description = connector?.signsInBy === 'redirect' ? await connector.describe?.() : undefined;
      if (description) written.set(id, { version: view.version, description });
      return description;
    } finally {
      await connector?.close();
    }
  }

  const router = new Router();
  router.get(`${folder}:connector/metadata`, async (ctx: RouterContext) => {
    const description = await describe(ctx.params['connector'] ?? '');
    if (!description) {
      const words = REASONS['not-found'].cause;
      logRefusal(ctx, { endpoint: 'connector-metadata', reason: 'not-found', words });
      await pages.failure(ctx, { fault: 'notFound' }, 404);
      return;
    }
    ctx.set('Cache-Control', `public, max-age=${HELD}`);
    ctx.type = description.contentType;
    ctx.body = description.body;
  });
  const routes = router.routes() as Middleware;
  return async (ctx, next) => {
    await (ctx.path.startsWith(folder) && ctx.path.endsWith('/metadata') ? routes(ctx, next) : next());
  };
}
