import type { Context } from 'koa';
import type { Actor } from '../../changes/actor.js';
import { requestIdOf } from './request-id.js';

/** The maximum stored length of a User-Agent header; the rest is useless, and a client could fill the headers with it. */
const LONGEST_AGENT = 300;

/** The browser's User-Agent in its stored form; undefined if there is none. */
export function agentOf(ctx: Context): string | undefined {
  const agent = ctx.get('User-Agent').slice(0, LONGEST_AGENT);
  return agent === '' ? undefined : agent;
}

/** The actor of this request, with its address and agent, bounded in length. */
export function actorIn(ctx: Context, { kind, id }: Pick<Actor, 'kind' | 'id'>): Actor {
  const agent = agentOf(ctx);
  return { kind, id, requestId: requestIdOf(ctx.req), address: ctx.ip, ...(agent !== undefined && { agent }) };
}
