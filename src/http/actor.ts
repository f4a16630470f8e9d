import type { Context } from 'koa';
import type { Actor } from '../changes/actor.js';
import { requestIdOf } from './request-id.js';

/** Whoever acts in this request, with what is known of it from outside. */
export function actorIn(ctx: Context, { kind, id }: Pick<Actor, 'kind' | 'id'>): Actor {
  const agent = ctx.get('User-Agent');
  return { kind, id, requestId: requestIdOf(ctx.req), address: ctx.ip, ...(agent !== '' && { agent }) };
}
