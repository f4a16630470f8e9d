import type { Context } from 'koa';

/** The cookie in which a browser keeps what it began at another identity provider (`federation/begun-elsewhere/`). */
export interface BegunCookie {
  read(ctx: Context): string | undefined;
  /** @param kept null: forget it */
  set(ctx: Context, path: string, kept: string | null): void;
}

/**
 * `__Secure-` and not `__Host-`, since it has a path (RFC 6265bis 4.1.3). Its value is sealed, so a planted one is of no use. It is of this
 * host alone, and no script reads it.
 *
 * @param lasts in milliseconds
 */
export function begunCookie({ protocol }: URL, what: 'test' | 'link', lasts: number): BegunCookie {
  const name = `${protocol === 'https:' ? '__Secure-' : ''}gatehouse-${what}`;
  return {
    read: (ctx) => ctx.cookies.get(name, { signed: false }),
    set(ctx, path, kept) {
      ctx.cookies.set(name, kept, {
        ...{ path, httpOnly: true, sameSite: 'lax', secure: ctx.secure },
        ...{ signed: false, overwrite: true, maxAge: kept === null ? 0 : lasts },
      });
    },
  };
}
