import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Why } from '../../http/refusals/because.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { clientBehind } from '../library/client/client-behind.js';
import { noteIgnoredParameters } from './ignored-parameters.js';
import { scopeIfAny } from '../request-scope/request-scope.js';
import { explain } from './explain.js';
import { refusalEntry } from './refusal-entry.js';
import { type EndpointName, ENDPOINTS, type LibraryError } from './library-refusal.js';

/** Hears of every refusal of the library's endpoints. If one request has two, the later one was answered. */
export function hearRefusals(provider: Provider): void {
  for (const [event, endpoint] of Object.entries(ENDPOINTS)) {
    (provider as ErrorEvents).on(event, (_ctx, error) => {
      scopeIfAny()?.noteRefusal({ endpoint, error });
    });
  }
}

/**
 * Stands around the library, in the request scope: says in the request's log line and in the audit trail why the library refused it, and
 * tells an application that has proven who it is. To everybody else the answer stays the library's.
 */
export const explainRefusals: Middleware = async (context, next) => {
  await next();
  if ('oidc' in context) noteIgnoredParameters(context as unknown as KoaContextWithOIDC);
  const scope = scopeIfAny();
  const refused = scope?.refusal;
  // A token that the library refused as a JWT may still have been answered here.
  if (!refused || (context.status < 300 && context.type !== 'text/html')) return;
  const { endpoint, error } = refused;
  const ctx = context as unknown as KoaContextWithOIDC;
  const why = await explain(ctx, error);
  logRefusal(context, { client: ctx.oidc.client?.clientId, endpoint, error: error.message, ...why });
  await scope.recordFailure(() => refusalEntry(ctx, { ...refused, reason: why.reason }));
  if (mayHear(ctx, endpoint, error)) describe(context, why);
};

/** A confidential client that has authenticated. Before that a wrong secret and an unknown client are alike. */
function mayHear({ oidc }: KoaContextWithOIDC, endpoint: EndpointName, { message }: LibraryError): boolean {
  if (message === 'invalid_client' || oidc.client === undefined) return false;
  switch (endpoint) {
    case 'token':
    case 'pushed-authorization-request':
    case 'introspection':
    case 'revocation':
      return clientBehind(oidc.client).authentication !== 'none';
    case 'authorization':
    case 'userinfo':
    case 'end-session':
      return false;
  }
}

/** RFC 6749 5.2: printable ASCII without quotation mark and backslash. */
function describe(ctx: Context, { open }: Why): void {
  if (open === undefined || typeof ctx.body !== 'object' || ctx.body === null) return;
  if (!('error_description' in ctx.body)) return;
  const description = open.replaceAll('’', "'").replaceAll('…', '...');
  if (/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(description)) ctx.body = { ...ctx.body, error_description: description };
}

/** The published types list the same events with a context and an error each. */
interface ErrorEvents {
  on(event: string, listener: (ctx: KoaContextWithOIDC, error: LibraryError) => void): unknown;
}
