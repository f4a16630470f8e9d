/**
 * An API that trusts Gatehouse. It verifies the access token with the issuer's public keys, and reads the caller's access from
 * the token's `permissions`. Conditions that depend on the order or on the user's location cannot be part of a token, so it
 * asks Gatehouse at that moment. It knows no user.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { bearer, type Caller, type Trust } from './bearer.ts';
import { type Credentials, decisionPoint } from './decisions.ts';

interface Order {
  readonly id: number;
  readonly item: string;
  readonly placedBy?: string;
}

interface Route {
  readonly permission: string;
  /** Whether Gatehouse is asked about the order in the path. */
  readonly isAsked?: true;
  handle(orders: Order[], caller: Caller, order: Order): Reply;
}

const done =
  (what: string): Route['handle'] =>
  (_orders, _caller, order) => ({ status: 200, body: { [what]: order } });

/** The permission of each route: the only table of access rules. */
const routes: Readonly<Record<string, Route>> = {
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
  // Only for the owner, in office hours, at a second level, from a network: see examples/realm.yaml.
  'POST /orders/:id/change': { permission: 'orders:change', isAsked: true, handle: done('changed') },
  'POST /orders/:id/approve': { permission: 'orders:approve', isAsked: true, handle: done('approved') },
  'POST /orders/:id/refund': { permission: 'orders:refund', isAsked: true, handle: done('refunded') },
  'POST /orders/:id/export': { permission: 'orders:export', isAsked: true, handle: done('exported') },
};

interface Reply {
  readonly status: number;
  readonly body: object;
  /** The WWW-Authenticate header (RFC 6750 section 3). */
  readonly challenge?: string;
}

/** A user who never signs in: the owner of the initial orders. */
const ANOTHER = 'another-person';

/** A demonstration in memory, with a limited number of orders. */
const KEPT = 20;

/** @param credentials for decision requests; without them, routes that need a decision are refused */
export function ordersApi(trust: Trust, credentials?: Credentials): RequestListener {
  const orders: Order[] = [
    { id: 1, item: 'Lantern', placedBy: ANOTHER },
    { id: 2, item: 'Gate hinge, pair', placedBy: ANOTHER },
  ];
  const verify = bearer(trust);
  const decide = credentials && decisionPoint(trust.issuer, credentials);

  async function answer(req: IncomingMessage): Promise<Reply> {
    const [path = ''] = (req.url ?? '').split('?');
    const [, id = ''] = /^\/orders\/(\d{1,9})\//.exec(path) ?? [];
    const route = routes[`${req.method ?? ''} ${id === '' ? path : path.replace(id, ':id')}`];
    const order = orders.find((one) => String(one.id) === id) ?? orders[0];
    if (!route || !order) return { status: 404, body: { error: 'not_found' } };
    const verdict = await verify(req.headers.authorization);
    switch (verdict.kind) {
      case 'missing':
        return { status: 401, body: { error: 'token_needed' }, challenge: 'Bearer' };
      case 'invalid':
        return { status: 401, body: { error: 'invalid_token' }, challenge: 'Bearer error="invalid_token"' };
      case 'unavailable':
        return { status: 503, body: { error: 'issuer_unavailable' } };
      case 'ok':
        if (route.isAsked) return asked(route, order, verdict.caller, req);
        if (verdict.caller.permissions.includes(route.permission)) return route.handle(orders, verdict.caller, order);
        return {
          status: 403,
          body: { error: 'insufficient_scope', needs: route.permission },
          challenge: `Bearer error="insufficient_scope", scope="${route.permission}"`,
        };
    }
  }

  async function asked(route: Route, order: Order, caller: Caller, req: IncomingMessage): Promise<Reply> {
    const { permission } = route;
    const { acr, authTime } = caller;
    const address = addressOf(req);
    if (!decide) return { status: 503, body: { error: 'no_decision', needs: permission } };
    const decision = await decide({
      subject: caller.subject,
      permission,
      resource: { type: 'order', id: String(order.id), ...(order.placedBy !== undefined && { owner: order.placedBy }) },
      ...(address !== undefined && { address }),
      ...(acr !== undefined && { acr }),
      ...(authTime !== undefined && { authTime }),
    }).catch(() => undefined);
    // Without an answer nothing is allowed.
    if (!decision) return { status: 503, body: { error: 'no_decision', needs: permission } };
    const { allowed, reasons, stepUp } = decision;
    if (allowed) {
      const { status, body } = route.handle(orders, caller, order);
      return { status, body: { ...body, reasons } };
    }
    if (stepUp) {
      const age = stepUp.max_age === undefined ? '' : `, max_age="${stepUp.max_age}"`;
      return {
        status: 401,
        body: { error: 'insufficient_user_authentication', needs: permission, reasons },
        challenge: `Bearer error="insufficient_user_authentication", acr_values="${stepUp.acr_values}"${age}`,
      };
    }
    return {
      status: 403,
      body: { error: 'insufficient_scope', needs: permission, reasons },
      challenge: `Bearer error="insufficient_scope", scope="${permission}"`,
    };
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

/**
 * The user's address according to the application in front (RFC 7239). The API listens on this machine only, like the
 * application.
 */
const addressOf = (req: IncomingMessage): string | undefined =>
  /^for="?\[?([0-9a-fA-F.:]+)\]?"?$/.exec(req.headers['forwarded'] ?? '')?.[1];

function send(res: ServerResponse, { status, body, challenge }: Reply): void {
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
  });
  res.end(JSON.stringify(body));
}
