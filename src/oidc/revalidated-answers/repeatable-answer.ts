import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { now } from '../../base/clock.js';
import { ignoredFields } from '../../http/refusals/ignored.js';
import { refusalFields } from '../../http/refusals/log-refusal.js';
import { clientBehind } from '../library/client/client-behind.js';
import { currentScope } from '../request-scope/request-scope.js';
import { type AnswerBasis, earliestEnd, versionsOf } from './answer-basis.js';

/** Whether this is a successful answer that everybody gets who sends the same request. */
export function isRepeatable(ctx: Context): boolean {
  const { status, body, req, res } = ctx;
  if (status !== 200 || typeof body !== 'object' || body === null || res.hasHeader('Set-Cookie')) return false;
  // These fields would be missing from the line in the log.
  if ('reason' in refusalFields(req) || 'ignored' in ignoredFields(req)) return false;
  if (currentScope().holdsWrites) return false;
  const { route, client, params } = oidcIn(ctx);
  if (!client) return false;
  if (route === 'userinfo') return true;
  // An assertion is good once.
  const { authentication } = clientBehind(client);
  const isAsserted = authentication === 'private_key_jwt' || params?.['client_assertion'] !== undefined;
  return route === 'introspection' && 'active' in body && body.active === true && !isAsserted;
}

/** The basis of the current request's answer. Undefined if it depends on something that has no version. */
export async function basisOf(ctx: Context, generation: number): Promise<AnswerBasis | undefined> {
  const { realm, reads, lifetime } = currentScope();
  const read = await reads.documents();
  const documents = read && (await versionsOf(realm, read));
  if (!documents) return undefined;
  const until = earliestEnd(read, Object.values(oidcIn(ctx).entities), lifetime.until);
  return { documents, generation, from: now(), until };
}

/** These endpoints are the library's, so its context is there. */
const oidcIn = (ctx: Context): KoaContextWithOIDC['oidc'] => (ctx as unknown as KoaContextWithOIDC).oidc;
