import type { Middleware } from 'koa';
import { type Pages, pathOf } from '../pages/pages.js';

/** The page at the issuer's own address, which leads to the account pages. Makes no store call. */
export function homePage(issuer: URL, pages: Pick<Pages, 'home'>): Middleware {
  const path = pathOf(issuer);
  return async (ctx, next) => {
    const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (isRead && (ctx.path === path || ctx.path === `${path}/`)) await pages.home(ctx);
    else await next();
  };
}
