import type { Context, Middleware } from 'koa';

interface StaticResponse {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * Caches answers of the library that are the same for everybody and depend only on the provider. The first answer is kept with its headers
 * and its bytes, unless it sets a cookie. The cache lives as long as its provider, and new keys mean a new provider.
 */
export function keptAnswers(paths: readonly string[]): Middleware {
  const kept = new Map<string, StaticResponse>();
  return async (ctx, next) => {
    // A request from another origin's page gets its own headers (CORS).
    if (ctx.method !== 'GET' || ctx.headers.origin !== undefined || !paths.includes(ctx.path)) {
      await next();
      return;
    }
    const known = kept.get(ctx.path);
    if (known) {
      for (const [name, value] of known.headers) ctx.res.setHeader(name, value);
      ctx.body = known.body;
      return;
    }
    const { path } = ctx;
    const before = new Set(ctx.res.getHeaderNames());
    await next();
    if (ctx.status !== 200 || ctx.res.hasHeader('set-cookie')) return;
    kept.set(path, { headers: headersSince(before, ctx), body: JSON.stringify(ctx.body) });
  };
}

const headersSince = (before: ReadonlySet<string>, { res }: Context): [name: string, value: string][] =>
  Object.entries(res.getHeaders())
    .filter(([name]) => !before.has(name))
    .map(([name, value]) => [name, String(value)]);
