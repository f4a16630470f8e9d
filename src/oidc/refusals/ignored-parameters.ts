import type { KoaContextWithOIDC } from 'oidc-provider';
import { noteIgnored } from '../../http/refusals/ignored.js';

/** The form of an application's own parameter names. A digit may belong to a secret that was sent as a name. */
const NAME = /^[A-Za-z][A-Za-z_.-]{0,29}$/;

/** Notes the parameters of this request that the library has no use for (RFC 6749 3.1, 3.2: they are ignored). Reads nothing else. */
export function noteIgnoredParameters(ctx: KoaContextWithOIDC): void {
  const { params, body, route } = ctx.oidc;
  // Userinfo takes its token from the header; pages of ours post forms of their own.
  if (params === undefined || !ROUTES.has(route)) return;
  const sent = Object.keys(ctx.method === 'POST' ? (body ?? {}) : ctx.query);
  const ignored = sent.filter((name) => !Object.hasOwn(params, name));
  if (ignored.length === 0) return;
  noteIgnored(
    ctx,
    'parameter',
    ignored.map((name) => (NAME.test(name) ? name : '')),
  );
}

const ROUTES = new Set<string>([
  'authorization',
  'pushed_authorization_request',
  'token',
  'introspection',
  'revocation',
  'end_session',
]);
