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
/** The headers that a script can read: the nonce for its next proof, the refusal, when to retry, and the id of the log line. */
const EXPOSED = 'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id';

/**
 * Decides which pages may read an answer (CORS) at an endpoint that pages call. Pages of the client's own origins may. Before the client
 * is known, pages of any client's origin may, so that a script can read why its request failed. A preflight names no client either.
 * Other origins get nothing, and no answer has `*` or allows credentials.
 *
 * Until it knows the client, the library allows whatever origin came, so its answer is always replaced.
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
  // If the store is away, the answer is an error and stays unreadable.
  return known.has(origin).catch(() => false);
}
