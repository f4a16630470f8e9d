import type { Context } from 'koa';
import type { Actor } from '../../changes/actor.js';
import { requestIdOf } from './request-id.js';

/** Of a User-Agent header, in characters: what follows tells nobody anything, and a client may send as much as headers have room for. */
const LONGEST_AGENT = 300;

/** What the browser calls itself, as it is stored; undefined where it says nothing. */
export function agentOf(ctx: Context): string | undefined {
  const agent = ctx.get('User-Agent').slice(0, LONGEST_AGENT);
  return agent === '' ? undefined : agent;
}

/** Whoever acts in this request, with what is known of it from outside: each text of it is bounded. */
export function actorIn(ctx: Context, { kind, id }: Pick<Actor, 'kind' | 'id'>): Actor {
  const agent = agentOf(ctx);
  return { kind, id, requestId: requestIdOf(ctx.req), address: ctx.ip, ...(agent !== undefined && { agent }) };
}
