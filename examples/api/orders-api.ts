/**
 * An API that trusts Gatehouse: it verifies the access token with the issuer's public keys, and what the caller may do is in
 * the token's `permissions`. It asks nobody, and knows no user.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { bearer, type Caller, type Trust } from './bearer.ts';

interface Order {
  readonly id: number;
  readonly item: string;
  readonly placedBy?: string;
}

/** Which permission each route needs: the one table that says who may do what. */
const routes: Readonly<Record<string, { permission: string; handle: (orders: Order[], caller: Caller) => Reply }>> = {
  'GET /orders': { permission: 'orders:read', handle: (orders) => ({ status: 200, body: { orders } }) },
  'POST /orders': {
    permission: 'orders:write',
    handle(orders, caller) {
      const order: Order = { id: (orders.at(-1)?.id ?? 0) + 1, item: 'Another lantern', placedBy: caller.subject };
      orders.push(order);
      if (orders.length > KEPT) orders.shift();
      return { status: 201, body: { order } };
    },
  },
};

interface Reply {
  readonly status: number;
  readonly body: object;
  /** The WWW-Authenticate header (RFC 6750 section 3). */
  readonly challenge?: string;
}

/** It is only a demonstration: in memory, and never more than so many. */
const KEPT = 20;

export function ordersApi(trust: Trust): RequestListener {
  const orders: Order[] = [
    { id: 1, item: 'Lantern' },
    { id: 2, item: 'Gate hinge, pair' },
  ];
  const verify = bearer(trust);

  async function answer(req: IncomingMessage): Promise<Reply> {
    const route = routes[`${req.method ?? ''} ${req.url?.split('?')[0] ?? ''}`];
    if (!route) return { status: 404, body: { error: 'not_found' } };
    const verdict = await verify(req.headers.authorization);
    switch (verdict.kind) {
      case 'missing':
        return { status: 401, body: { error: 'token_needed' }, challenge: 'Bearer' };
      case 'invalid':
        return { status: 401, body: { error: 'invalid_token' }, challenge: 'Bearer error="invalid_token"' };
      case 'unavailable':
        return { status: 503, body: { error: 'issuer_unavailable' } };
      case 'ok':
        if (verdict.caller.permissions.includes(route.permission)) return route.handle(orders, verdict.caller);
        return {
          status: 403,
          body: { error: 'insufficient_scope', needs: route.permission },
          challenge: `Bearer error="insufficient_scope", scope="${route.permission}"`,
        };
    }
  }

  return (req, res) => {
    req.resume(); // no route takes a body
    answer(req).then(
      (reply) => send(res, reply),
      (error: unknown) => {
        console.error(error);
        send(res, { status: 500, body: { error: 'server_error' } });
      },
    );
  };
}

function send(res: ServerResponse, { status, body, challenge }: Reply): void {
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
  });
  res.end(JSON.stringify(body));
}
