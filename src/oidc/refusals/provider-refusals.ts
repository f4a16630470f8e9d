import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { whyOf } from '../../http/refusals/because.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';

/** What the library says when an endpoint of its own refuses, and the endpoint's name in the log. */
const EVENTS = {
  'authorization.error': 'authorization',
  'pushed_authorization_request.error': 'pushed-authorization-request',
  'grant.error': 'token',
  'introspection.error': 'introspection',
  'revocation.error': 'revocation',
  'userinfo.error': 'userinfo',
  'end_session.error': 'end-session',
} as const;

/** Logs why the library's endpoints refuse a request. */
export function logProviderRefusals(provider: Provider): void {
  for (const [event, endpoint] of Object.entries(EVENTS)) {
    (provider as ErrorEvents).on(event, (ctx, error) => {
      logRefusal(ctx, {
        client: ctx.oidc.client?.clientId,
        endpoint,
        error: error.message,
        ...(whyOf(error) ?? { reason: 'other', words: `the library answered ${error.message}` }),
      });
    });
  }
}

/** The published types list the same events with a context and an error each. */
interface ErrorEvents {
  on(event: string, listener: (ctx: KoaContextWithOIDC, error: Error) => void): unknown;
}
