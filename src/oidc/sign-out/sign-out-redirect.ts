import type { Context } from 'koa';
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import { SIGN_OUT_ANSWER } from '../../realm/clients/answer-parameters.js';
import { appendParameters } from '../requests/append-parameters.js';
import { currentScope } from '../request-scope/request-scope.js';

/** Where an authorization request goes on as another person, once the session of the first has ended. */
const RESUME = '/auth/';

/**
 * Where this confirmed sign-out leads, byte for byte as its client registered it. Undefined if it leads nowhere else.
 *
 * The session as this request read it says so. The library deletes that before it answers, and rewrites the query of the address
 * when it adds `state`.
 */
export function signOutRedirectOf(ctx: Context, issuer: string): string | undefined {
  if ((ctx as Partial<KoaContextWithOIDC>).oidc?.route !== 'end_session_confirm') return undefined;
  const session = currentScope().reads.browserSession;
  if (!session) return undefined;
  const payload = JSON.parse(session.payload) as AdapterPayload;
  const { postLogoutRedirectUri: uri, state } = (payload['state'] ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof uri !== 'string' || uri.startsWith(`${issuer}${RESUME}`)) return undefined;
  return appendParameters(uri, typeof state === 'string' ? { state } : {}, { ours: SIGN_OUT_ANSWER });
}
