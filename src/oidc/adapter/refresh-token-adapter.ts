import { now } from '../../base/clock.js';
import { currentOf, familyId, parseRefreshToken } from '../../sessions/refresh-family.js';
import { keepAlive, prolonged } from '../../sessions/session-end.js';
import { tokens } from '../../sessions/token.js';
import { currentScope } from '../request-scope.js';
import type { ModelAdapter } from './model-adapter.js';
import { unpackPayload } from './payload.js';
import { consumed, tokenDocument } from './token-adapter.js';

/** Refresh tokens, a document a family (see `sessions/refresh-family`). */
export const refreshTokenAdapter: ModelAdapter = {
  /** A member of the family that is not current was used before: the library is told so, and ends the grant. */
  async find(value) {
    const scope = currentScope();
    const presented = parseRefreshToken(value);
    if (!presented) return undefined;
    const family = await scope.token(familyId(presented));
    if (family?.kind !== 'refresh-token' || family.payload === undefined || !(await scope.tokenAlive(family))) {
      return undefined;
    }
    const reused = family.current !== currentOf(presented);
    return { ...unpackPayload(family.payload, value), ...consumed(reused ? { ...family, consumedAt: now() } : family) };
  },

  async upsert(value, payload, expiresIn = 0) {
    const scope = currentScope();
    const issued = parseRefreshToken(value);
    if (!issued) throw new Error('A refresh token has two halves.');
    const token = {
      ...tokenDocument(familyId(issued), 'refresh-token', payload, expiresIn),
      current: currentOf(issued),
    };
    if (scope.rotating) {
      scope.succeedRefreshToken({ ...token, issuedAt: scope.rotating.issuedAt });
      return;
    }
    scope.hold(async () => {
      await scope.realm.of(tokens).insert(token);
    });
  },

  // Held: the library consumes before it has checked the request, and a wrong parameter must leave the token good.
  async consume(value) {
    const scope = currentScope();
    const presented = parseRefreshToken(value);
    const family = presented && (await scope.token(familyId(presented)));
    if (!family) throw new Error('A refresh token that was not found is being consumed.');
    scope.consumeRefreshToken(family);
    const session = family.sessionBound && family.sessionUid !== undefined && (await scope.session(family.sessionUid));
    const end = session && prolonged(session, scope.settings, now());
    if (end) scope.hold(() => keepAlive(scope.realm, session, end, now()));
  },

  // A reused token's family lies with its grant, which the library revokes in the same breath.
  destroy: () => Promise.resolve(),
};
