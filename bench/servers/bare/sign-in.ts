import { text } from 'node:stream/consumers';
import bcrypt from 'bcrypt';
import type { Middleware } from 'koa';
import type { Provider } from 'oidc-provider';

/** A form for name and password, and its handler: any user signs in with the one password, which is compared as in Gatehouse. */
export async function signInPages(provider: Provider, password: string, cost: number): Promise<Middleware> {
  const hash = await bcrypt.hash(password, cost);
  return async (ctx, next) => {
    if (ctx.path === '/readyz') {
      ctx.body = {};
      return;
    }
    if (!ctx.path.startsWith('/sign-in/')) {
      await next();
      return;
    }
    if (ctx.method === 'GET') {
      const { uid } = await provider.interactionDetails(ctx.req, ctx.res);
      ctx.type = 'html';
      ctx.body = `<!doctype html><form method="post" action="/sign-in/${uid}"><input name="identifier"><input name="password"></form>`;
      return;
    }
    const form = new URLSearchParams(await text(ctx.req));
    if (!(await bcrypt.compare(form.get('password') ?? '', hash))) ctx.throw(403);
    const login = { accountId: form.get('identifier') ?? '' };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login }));
    ctx.status = 303;
  };
}
