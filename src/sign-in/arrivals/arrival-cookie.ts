import type { Context } from 'koa';
import { minutes } from '../../base/clock.js';
import type { RedirectSignIns } from '../../federation/userstores/redirect-sign-ins.js';
import { pathOf } from '../../pages/pages.js';

/** An answer that nobody here asked for, and that the person goes on with. */
export interface Arrival {
  readonly connector: string;
  readonly ticket: string;
}

/** The application comes at once. */
const WAITS = minutes(5);

/** The path of the question. */
export const arrivalPath = (issuer: URL, connector: string): string =>
  `${pathOf(issuer)}/connector/${encodeURIComponent(connector)}/arrived`;

/**
 * Cookies that stand for a button that was pressed in this browser. `__Host-`: a sibling host could otherwise plant those of somebody else, and
 * sign them in here (RFC 6265bis 4.1.3.2).
 */
function pressedCookie({ protocol }: URL, what: 'asked' | 'arrived') {
  const name = `${protocol === 'https:' ? '__Host-' : ''}gatehouse-${what}`;
  return {
    read: (ctx: Context): string | undefined => ctx.cookies.get(name, { signed: false }),
    /** @param value null: forget it */
    set(ctx: Context, value: string | null): void {
      ctx.cookies.set(name, value, {
        ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: ctx.secure },
        ...{ signed: false, overwrite: true, maxAge: value === null ? 0 : WAITS },
      });
    },
  };
}

/** Says that the page of the question was shown in this browser: a form of another site brings no such cookie. */
export const askedCookie = (issuer: URL) => pressedCookie(issuer, 'asked');

/** What the sign-in of the application finds. */
export function arrivalCookie(issuer: URL) {
  const cookie = pressedCookie(issuer, 'arrived');
  return {
    read(ctx: Context): Arrival | undefined {
      const [, connector, ticket] = /^([a-z0-9-]{1,40})\.([\w-]{1,100})$/.exec(cookie.read(ctx) ?? '') ?? [];
      return connector === undefined || ticket === undefined ? undefined : { connector, ticket };
    },
    keep: (ctx: Context, { connector, ticket }: Arrival): void => cookie.set(ctx, `${connector}.${ticket}`),
    forget: (ctx: Context): void => cookie.set(ctx, null),
  };
}

/** What this browser goes on with at this application. Without such a cookie, nothing is read. */
export async function arrivalAt(
  ctx: Context,
  { issuer, redirects }: { readonly issuer: URL; readonly redirects: Pick<RedirectSignIns, 'landing'> },
  client: string,
): Promise<Arrival | undefined> {
  const arrival = arrivalCookie(issuer).read(ctx);
  const landing = arrival && (await redirects.landing(arrival.connector));
  return landing?.client === client ? arrival : undefined;
}
