import { createSecretKey } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { newRefreshToken, parseRefreshToken, successorOf } from '../../../sessions/tokens/refresh-family.js';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';
import { clientBehind } from '../client/client-behind.js';

/**
 * Replaces `RefreshToken#generateTokenId`: a rotated refresh token stays in its family (see `sessions/tokens/refresh-family`). For a client
 * with a reuse interval its value follows from the one before, so that the client can get it again.
 *
 * @param key the newest key of successors
 */
export function makeRefreshTokens(provider: Pick<Provider, 'RefreshToken'>, key: Buffer): void {
  const newest = createSecretKey(key);
  const prototype = provider.RefreshToken.prototype as unknown as { generateTokenId: () => string };
  prototype.generateTokenId = () => {
    const scope = currentScope();
    const { answeringAgain, rotating } = scope.exchange;
    if (answeringAgain !== undefined) return answeringAgain;
    const { params, client } = (rotating && oidcOf(scope)) ?? {};
    const value = params?.['refresh_token'];
    const presented = typeof value === 'string' ? parseRefreshToken(value) : undefined;
    const mayAskAgain = client !== undefined && clientBehind(client).refreshReuseSeconds > 0;
    return presented && mayAskAgain ? successorOf(presented, newest) : newRefreshToken(presented?.family);
  };
}
