import type { AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';
import { revokeToken } from '../../sessions/tokens/revoke-token.js';
import { type Token, type TokenKind, tokens } from '../../sessions/tokens/token.js';
import { connectorOfAccount } from '../issuance/account-claims.js';
import { clientMade } from '../requests/client-made.js';
import { isFreeAgain } from '../request-scope/is-free-again.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

/** A code opens nothing for so long after it expired, but whoever sends it is told from the log what became of it. */
export const CODE_KEPT_SECONDS = 10 * 60;

/** Tokens that are looked up by their whole value: codes, opaque access tokens, a client's own tokens. */
export const tokenAdapter = (kind: Exclude<TokenKind, 'refresh-token' | 'jwt'>): ModelAdapter => ({
  async find(value) {
    const scope = currentScope();
    const token = await scope.reads.token(hashOf(value));
    if (token?.kind !== kind || token.payload === undefined || !(await scope.reads.tokenAlive(token))) return undefined;
    const isFree = token.consumedAt !== undefined && (await isFreeAgain(token));
    return { ...unpackPayload(token.payload, value), ...(isFree ? {} : consumed(token)) };
  },

  async upsert(value, payload, expiresIn = 0) {
    const scope = currentScope();
    const record = kind === 'authorization-code' ? undefined : scope.issuances.ofIdentifier(value).record;
    // The library has its own end of a code in the payload.
    const lives = kind === 'authorization-code' ? expiresIn + CODE_KEPT_SECONDS : expiresIn;
    const token = { ...tokenDocument(hashOf(value), kind, payload, lives), ...(record && { record }) };
    scope.held.insert(tokens, token);
  },

  /**
   * Held, and conditional: of parallel redemptions of one code one gets through at the end of its request. Every other one shows that
   * the code is in two hands, so it ends the grant and with it what the winner got (RFC 6749 4.1.2).
   */
  async consume(value) {
    const scope = currentScope();
    const found = await scope.reads.token(hashOf(value));
    if (!found) throw new errors.InvalidGrant(`${kind} not found`);
    scope.exchange.consumeCode(found);
  },

  // A token with a grant dies with it, and the library revokes that in the same request.
  async destroy(value) {
    const { realm, reads } = currentScope();
    const found = await reads.token(hashOf(value));
    if (found && found.grantId === undefined) await revokeToken(realm, found.id, now());
  },
});

/** The fields that stand beside the sealed payload because we query, merge or judge by them. */
export function tokenDocument(id: Hashed, kind: TokenKind, payload: AdapterPayload, expiresIn: number): Token {
  const { accountId, clientId, grantId, sessionUid } = payload;
  if (clientId === undefined) throw new Error('A token needs a client.');
  const connector = kind === 'access-token' || kind === 'client-credentials' ? undefined : connectorInRequest();
  return {
    id,
    kind,
    clientId,
    ...clientMade(clientId),
    ...(accountId !== undefined && { userId: accountId }),
    ...(grantId !== undefined && { grantId }),
    ...(sessionUid !== undefined && { sessionUid }),
    ...(connector !== undefined && { connector }),
    sessionBound: payload.expiresWithSession === true,
    issuedAt: now(),
    payload: packPayload(payload),
    expiresAt: now() + seconds(expiresIn),
  };
}

/** An access token has it among its claims. */
function connectorInRequest(): string | undefined {
  const oidc = oidcOf(currentScope());
  return oidc && connectorOfAccount(oidc);
}

export const consumed = ({ consumedAt }: Token): { consumed?: number } =>
  consumedAt === undefined ? {} : { consumed: Math.floor(consumedAt / 1000) };
