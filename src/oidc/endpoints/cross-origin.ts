import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { originsOf } from '../../realm/clients/origins-of.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { Endpoint } from './endpoints.js';

/** Whether some client of the realm has this origin. Cheap: asked at requests of strangers. */
export interface KnownOrigins {
  has(origin: string): Promise<boolean>;
}

const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
/** A script reads these besides the body: the nonce for its next proof, why it was refused, when to come again, and what finds the log line. */
const EXPOSED = 'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id';

/**
 * Which pages may read an answer (CORS), for every answer at an endpoint that pages call: those of the client's own origins; before the client is
 * known, those that some client has, so that a script can read what was wrong with its request. Preflights are such a case, since they name no
 * client. An origin of nobody gets nothing, and no answer has `*` or allows credentials.
 *
 * The library's own answer names whatever origin came until it knows the client, so it is never the last word.
 */
export async function acrossOrigins(
  ctx: Context,
  { forPages, client }: Endpoint,
  known: KnownOrigins,
  next: () => Promise<unknown>,
): Promise<void> {
  // Published documents are open to every page, and endpoints for browsers to none; the library sets that itself.
  if (!forPages && !client) {
    await next();
    return;
  }
  ctx.vary('Origin');
  try {
    await next();
  } finally {
    const origin = ctx.get('Origin');
    if (forPages && origin !== '' && (await isAllowed(ctx, origin, known))) {
      ctx.set(ALLOW_ORIGIN, origin);
      if (ctx.method !== 'OPTIONS') ctx.set('Access-Control-Expose-Headers', EXPOSED);
    } else {
      for (const name of Object.keys(ctx.response.headers)) if (name.startsWith('access-control-')) ctx.remove(name);
    }
  }
}

async function isAllowed(ctx: Context, origin: string, known: KnownOrigins): Promise<boolean> {
  const { client } = (ctx as unknown as Partial<KoaContextWithOIDC>).oidc ?? {};
  if (client) return originsOf(clientBehind(client)).includes(origin);
  // Without the store nobody knows; the answer is an error then, and stays unreadable.
  return known.has(origin).catch(() => false);
}
