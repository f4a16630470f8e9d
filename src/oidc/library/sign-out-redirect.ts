import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SIGN_OUT_ANSWER } from '../../realm/clients/answer-parameters.js';
import { appendParameters } from '../requests/append-parameters.js';

/** Where an authorization request goes on as another person, once the session of the first has ended. */
const RESUME = '/auth/';

/** The address that a sign-out leads to, by the request that confirms it. */
const redirects = new WeakMap<object, string>();

/**
 * Notes where a confirmed sign-out leads while its session still says so: the library forgets it before it answers, and writes
 * the query of the address anew when it adds `state`.
 */
export function noteSignOutRedirects({ Session, issuer }: Provider): void {
  const get = Session.get.bind(Session);
  Session.get = async (ctx) => {
    const session = await get(ctx);
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const { postLogoutRedirectUri: uri, state } = (session.state ?? {}) as Partial<Record<string, unknown>>;
    if (oidc?.route === 'end_session_confirm' && typeof uri === 'string' && !uri.startsWith(`${issuer}${RESUME}`)) {
      const parameters: Record<string, string> = typeof state === 'string' ? { state } : {};
      redirects.set(ctx, appendParameters(uri, parameters, { ours: SIGN_OUT_ANSWER }));
    }
    return session;
  };
}

/** Where this sign-out leads, byte for byte as its client registered it; undefined where it leads nowhere else. */
export const signOutRedirectOf = (ctx: Context): string | undefined => redirects.get(ctx);
