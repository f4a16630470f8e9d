import type { Middleware } from 'koa';
import { openApi } from './openapi.js';

/** The place of the description, below the issuer. */
const OPENAPI_PATH = '/openapi.json';

/**
 * Answers with the OpenAPI description of these operations, made once at the first request. It is open to everybody and to every origin, and
 * asks nothing of the store.
 */
export function serveOpenApi(
  operations: Parameters<typeof openApi>[0],
  about: { readonly issuer: string; readonly version: string },
): Middleware {
  const { pathname } = new URL(about.issuer);
  const path = `${pathname === '/' ? '' : pathname}${OPENAPI_PATH}`;
  let bytes: Buffer | undefined;
  return async (ctx, next) => {
    if (ctx.path !== path || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) {
      await next();
      return;
    }
    bytes ??= Buffer.from(JSON.stringify(openApi(operations, about)));
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.type = 'application/json';
    ctx.body = bytes;
  };
}
