import type { Context } from 'koa';
import { minutes } from '../../base/clock.js';
import { pathOf } from '../../pages/pages.js';
import { begunCookie } from '../begun-cookie.js';

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

/** Says that the page of the question was shown in this browser: a form of another site brings no such cookie. */
export const askedCookie = (issuer: URL) => begunCookie(issuer, 'asked', WAITS);

/** What the sign-in of the application finds. */
export function arrivalCookie(issuer: URL) {
  const cookie = begunCookie(issuer, 'arrived', WAITS);
  const path = `${pathOf(issuer)}/sign-in`;
  return {
    read(ctx: Context): Arrival | undefined {
      const [, connector, ticket] = /^([a-z0-9-]{1,40})\.([\w-]{1,100})$/.exec(cookie.read(ctx) ?? '') ?? [];
      return connector === undefined || ticket === undefined ? undefined : { connector, ticket };
    },
    keep: (ctx: Context, { connector, ticket }: Arrival): void => cookie.set(ctx, path, `${connector}.${ticket}`),
    forget: (ctx: Context): void => cookie.set(ctx, path, null),
  };
}
