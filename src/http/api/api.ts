import type { Context, Middleware } from 'koa';
import { actorIn } from '../request/actor-of-request.js';
import { requestIdOf } from '../request/request-id.js';
import { type AuthenticationSources, authenticate } from './authentication/authenticate.js';
import { readIfMatch, etagOf } from './if-match.js';
import { queryOf, readBody } from './input.js';
import type { CursorsOf } from './lists/list-cursors.js';
import type { ApiOperation, OperationRequest } from './operation.js';
import type { CheckPermission } from './permission-check.js';
import type { Principal } from './authentication/principal.js';
import { type RequestLog, refuse, refuseMethod, refusePath, refusePermission, turnAway } from './refuse.js';
import { routeTable } from './route-table.js';

/** The ports that the kit needs. */
export interface ApiKit {
  /** The issuer, without a trailing slash. */
  readonly issuer: string;
  readonly authentication: AuthenticationSources;
  readonly checkPermission: CheckPermission;
  readonly cursors: CursorsOf;
}

/**
 * Serves operations below the issuer's path.
 *
 * @param of.prefixes path prefixes that belong to this API: a path below one that no operation has is answered with 404
 */
export function api<Parts>(
  of: { readonly operations: readonly ApiOperation<Parts>[]; readonly prefixes?: readonly string[] },
  parts: Parts,
  kit: ApiKit,
): Middleware {
  const { origin, pathname } = new URL(kit.issuer);
  const base = pathname === '/' ? '' : pathname;
  const find = routeTable(base, of.operations);
  const isOurs = (path: string): boolean =>
    (of.prefixes ?? []).some((prefix) => path.startsWith(`${base}${prefix}/`) || path === `${base}${prefix}`);
  const surroundings = { realm: origin, proofAlgorithms: kit.authentication.tokens.proofAlgorithms };

  async function answer(ctx: Context, operation: ApiOperation<Parts>, params: object): Promise<void> {
    const log: RequestLog = { operation };
    const caller = await callerOf(ctx, operation, log);
    if (!caller) return;
    const request = await requestOf(ctx, operation, caller, params, kit.cursors);
    if (!request.ok) {
      refuse(ctx, request.refusal, { ...log, principal: caller });
      return;
    }
    const handled = await operation.handle(request.value, parts);
    if (!handled.ok) {
      refuse(ctx, handled.problem, { ...log, principal: caller });
      return;
    }
    const { json, version, location } = handled;
    if (operation.security !== 'open') ctx.set('Cache-Control', 'no-store');
    if (version !== undefined) ctx.set('ETag', etagOf(version));
    if (location !== undefined) ctx.set('Location', location);
    ctx.status = operation.status ?? (json === undefined ? 204 : 200);
    if (json === undefined) return;
    ctx.type = 'application/json';
    ctx.body = json;
  }

  /** The caller, who holds the operation's permission; undefined if the request has been refused. */
  async function callerOf(
    ctx: Context,
    { security, permission }: ApiOperation<Parts>,
    log: RequestLog,
  ): Promise<Principal | undefined> {
    if (security === 'open') return { kind: 'anonymous' };
    const authenticated = await authenticate(ctx, security, kit.authentication);
    if (!authenticated.ok) {
      turnAway(ctx, authenticated, { ...surroundings, security, log });
      return undefined;
    }
    const { principal } = authenticated;
    if (typeof permission !== 'string' || principal.kind === 'anonymous') return principal;
    const verdict = await kit.checkPermission(principal, permission, ctx.ip);
    if (verdict.allowed) return principal;
    refusePermission(ctx, verdict, { ...surroundings, permission, log: { ...log, principal } });
    return undefined;
  }

  return async (ctx, next) => {
    const match = find(ctx.path);
    if (!match) {
      if (isOurs(ctx.path)) refusePath(ctx);
      else await next();
      return;
    }
    const [first] = match.byMethod.values();
    if (first?.returnsRequestId) returnRequestId(ctx);
    const operation = match.byMethod.get(ctx.method === 'HEAD' ? 'GET' : ctx.method);
    if (operation) await answer(ctx, operation, match.params);
    else refuseMethod(ctx, [...match.byMethod.keys()], first && { operation: first });
  };
}

type Requested =
  | { readonly ok: true; readonly value: OperationRequest<unknown, unknown, unknown> }
  | { readonly ok: false; readonly refusal: Parameters<typeof refuse>[1] };

/** The request before validation: the operation checks it by its schemas (`handle`). */
async function requestOf(
  ctx: Context,
  { id, ifMatch, bodyRules = {}, schemas }: ApiOperation<never>,
  principal: Principal,
  params: object,
  cursorsOf: CursorsOf,
): Promise<Requested> {
  const version = ifMatch ? readIfMatch(ctx.get('If-Match'), ifMatch) : { ok: true as const };
  if (!version.ok) return version;
  const body = schemas.body ? await readBody(ctx, bodyRules) : { ok: true as const, value: undefined };
  if (!body.ok) return body;
  const expected = 'expected' in version ? version.expected : undefined;
  const value = { params, query: queryOf(ctx), body: body.value, principal, expected };
  const cursors = (list: unknown) => cursorsOf(id, principal, list);
  return { ok: true, value: { ...value, actor: actorOf(ctx, principal), cursors, header: (name) => ctx.get(name) } };
}

function actorOf(ctx: Context, principal: Principal) {
  if (principal.kind === 'anonymous')
    return { kind: 'system' as const, id: 'anonymous', requestId: requestIdOf(ctx.req) };
  return actorIn(ctx, {
    kind: principal.kind,
    id: principal.kind === 'user' ? principal.user.id : principal.client.id,
  });
}

/** Returns the caller's own id unchanged (AuthZEN 1.0, 10.1.3). The log uses Gatehouse's id, since two callers could send the same one. */
function returnRequestId(ctx: Context): void {
  const sent = ctx.get('X-Request-ID');
  if (/^[\x20-\x7e]{1,200}$/.test(sent)) ctx.set('X-Request-ID', sent);
}
