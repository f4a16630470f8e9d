import { createSecretKey, type KeyObject } from 'node:crypto';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import {
  currentOf,
  familyId,
  parseRefreshToken,
  type RefreshTokenValue,
  successorOf,
} from '../../sessions/tokens/refresh-family.js';
import { receiptOf } from '../../sessions/tokens/redemption.js';
import { sessions } from '../../sessions/session.js';
import { prolonged } from '../../sessions/session-end.js';
import { type Token, tokens } from '../../sessions/tokens/token.js';
import { clientBehind } from '../library/client/client-behind.js';
import { isFreeAgain } from '../request-scope/is-free-again.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import type { ModelAdapter } from './model-adapter.js';
import { unpackPayload } from './payload.js';
import { consumed, tokenDocument } from './token-adapter.js';

/** Refresh tokens, a document a family (see `sessions/tokens/refresh-family`). */
export const refreshTokenAdapter = (successors: readonly Buffer[]): ModelAdapter =>
  familyAdapter(successors.map((each) => createSecretKey(each)));

const familyAdapter = (successors: readonly KeyObject[]): ModelAdapter => ({
  /**
   * A member of the family that is not current was used before: the library is told so, and ends the grant. The exception is
   * a client whose answer may have got lost on the way: within its reuse interval it is answered once more.
   */
  async find(value) {
    const scope = currentScope();
    const presented = parseRefreshToken(value);
    if (!presented) return undefined;
    const family = await scope.reads.token(familyId(presented));
    if (family?.kind !== 'refresh-token' || family.payload === undefined || !(await scope.reads.tokenAlive(family))) {
      return undefined;
    }
    if (isForbiddenOffline(family)) return undefined;
    const again = answeredAgain(family, presented, successors);
    if (again !== undefined) scope.exchange.answerAgain(again);
    const isCurrent = family.current === currentOf(presented) || again !== undefined;
    const reused = !isCurrent && !(await isFreeAgain(family, currentOf(presented)));
    // The ID token of a refresh answers no request, whose nonce the library would repeat (OpenID Connect Core 12.2).
    const { nonce: _, ...payload } = unpackPayload(family.payload, value);
    return { ...payload, ...consumed(reused ? { ...family, consumedAt: now() } : family) };
  },

  async upsert(value, payload, expiresIn = 0) {
    const scope = currentScope();
    const issued = parseRefreshToken(value);
    if (!issued) throw new Error('A refresh token has two halves.');
    const token = {
      ...tokenDocument(familyId(issued), 'refresh-token', payload, expiresIn),
      current: currentOf(issued),
    };
    if (scope.exchange.answeringAgain === value) return;
    if (scope.exchange.rotating) {
      scope.exchange.succeedRefreshToken({ ...token, issuedAt: scope.exchange.rotating.issuedAt, rotatedAt: now() });
      return;
    }
    scope.held.insert(tokens, token);
  },

  // Held: the library consumes before it has checked the request, and a wrong parameter must leave the token good.
  async consume(value) {
    const scope = currentScope();
    const presented = parseRefreshToken(value);
    const family = presented && (await scope.reads.token(familyId(presented)));
    if (!family) throw new Error('A refresh token that was not found is being consumed.');
    if (scope.exchange.answeringAgain !== undefined) holdReceipt(family);
    else scope.exchange.consumeRefreshToken(family, currentOf(presented), maySucceedAgain());
    const session =
      family.sessionBound && family.sessionUid !== undefined && (await scope.reads.session(family.sessionUid));
    const end = session && prolonged(session, scope.settings, now());
    if (end) {
      const { version, ...document } = session;
      scope.held.replace(sessions, { ...document, usedAt: now(), expiresAt: end }, version);
    }
  },

  // A reused token's family lies with its grant, which the library revokes in the same breath.
  destroy: () => Promise.resolve(),
});

/** Whether whoever comes with it again is given the same successor, which is made and not drawn. */
function maySucceedAgain(): boolean {
  const client = oidcOf(currentScope())?.client;
  return client !== undefined && clientBehind(client).refreshReuseSeconds > 0;
}

/** Its client is answered now, if it was not before: from the end of its reuse interval on the token is used. */
function holdReceipt(family: Token): void {
  const receipt = receiptOf(family);
  if (receipt) currentScope().held.insert(tokens, receipt);
}

/** Whether it lives without a session, and its client may no longer ask for that: it is good again as soon as its client may. */
function isForbiddenOffline({ sessionBound, clientId }: Token): boolean {
  const client = oidcOf(currentScope())?.client;
  return !sessionBound && client?.clientId === clientId && !clientBehind(client).scopes.includes('offline_access');
}

/**
 * The successor of this token, if its client may get it again: it is the client's last token, used within the reuse
 * interval. The successor itself is kept nowhere: it follows from the token and a key of the realm.
 */
function answeredAgain(
  family: Token,
  presented: RefreshTokenValue,
  successors: readonly KeyObject[],
): string | undefined {
  const { route, client } = oidcOf(currentScope()) ?? {};
  if (route !== 'token' || client?.clientId !== family.clientId || family.rotatedAt === undefined) return undefined;
  const { refreshReuseSeconds } = clientBehind(client);
  if (refreshReuseSeconds === 0 || now() > family.rotatedAt + seconds(refreshReuseSeconds)) return undefined;
  return successors.map((key) => successorOf(presented, key)).find((value) => hashOf(value) === family.current);
}
