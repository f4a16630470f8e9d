import type { KoaContextWithOIDC } from 'oidc-provider';
import type { AuditEntry } from '../../audit/audit-entry.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { Reason } from '../../http/refusals/reasons.js';
import { familyId, parseRefreshToken } from '../../sessions/tokens/refresh-family.js';
import { currentScope } from '../request-scope/request-scope.js';
import type { EndpointName, LibraryRefusal } from './library-refusal.js';

/** Answers of the protocol that are no refusals: `prompt=none` asks whether somebody is signed in, and a nonce is fetched. */
const ANSWERS = new Set([
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
  'use_dpop_nonce',
]);

/** `reason`: as in the log line. */
type ExplainedRefusal = LibraryRefusal & { readonly reason: Reason };

/**
 * The audit entry of a refused request; undefined for an answer that is no refusal, and for one that the sign-in has recorded. Reads only
 * what the request has read.
 */
export async function refusalEntry(
  ctx: KoaContextWithOIDC,
  { endpoint, error, reason }: ExplainedRefusal,
): Promise<AuditEntry | undefined> {
  if (!isRecorded(endpoint) || ANSWERS.has(error.message) || isAnswerOfSignIn(ctx)) return undefined;
  const { clientId } = ctx.oidc.client ?? {};
  // Before a client has authenticated, its id is only what somebody said.
  const hasAuthenticated = clientId !== undefined && endpoint !== 'authorization' && error.message !== 'invalid_client';
  const isReuse = reason === 'code-used' || reason === 'refresh-token-used';
  const owner = isReuse ? await ownerOf(ctx) : undefined;
  const typed = clientId === undefined ? printable(ctx.oidc.params?.['client_id']) : undefined;
  return {
    kind: isReuse ? 'token.reuse-detected' : 'oauth.refused',
    by: actorIn(ctx, hasAuthenticated ? { kind: 'client', id: clientId } : { kind: 'system', id: 'oidc' }),
    ...(typed !== undefined && { actorName: typed }),
    ...(owner !== undefined && { subject: { kind: 'user', id: owner } }),
    outcome: 'failure',
    why: reason,
    ...(clientId !== undefined && { clientId }),
    details: { endpoint, error: error.message },
  };
}

function isRecorded(endpoint: EndpointName): boolean {
  switch (endpoint) {
    case 'authorization':
    case 'pushed-authorization-request':
    case 'token':
    case 'introspection':
    case 'revocation':
      return true;
    // An expired token, or a page that was left open.
    case 'userinfo':
    case 'end-session':
      return false;
  }
}

/** The user cancelled, denied consent or could not sign in: the record of that says more. */
const isAnswerOfSignIn = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.entities.Interaction?.result?.['error'] !== undefined;

/** The user of the code or refresh token in this request, which has read it. */
async function ownerOf({ oidc }: KoaContextWithOIDC): Promise<string | undefined> {
  const { code, refresh_token: refreshToken } = oidc.params ?? {};
  const parsed = typeof refreshToken === 'string' ? parseRefreshToken(refreshToken) : undefined;
  const id = parsed ? familyId(parsed) : typeof code === 'string' ? hashOf(code) : undefined;
  return id && (await currentScope().reads.token(id))?.userId;
}

const LONGEST_ID = 100;

/** An unknown client id as it was sent, for the sealed part of the record: it may be something else in the wrong field. */
const printable = (typed: unknown): string | undefined =>
  typeof typed === 'string' && typed !== '' && /^[\x20-\x7e]*$/.test(typed) ? typed.slice(0, LONGEST_ID) : undefined;
