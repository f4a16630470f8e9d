import type { Provider } from 'oidc-provider';
import { seconds } from '../../../base/clock.js';
import { useOnce } from '../../../sessions/tokens/replay-guard.js';
import { currentScope } from '../../request-scope/request-scope.js';

/**
 * Replaces `ReplayDetection.unique`: every assertion and proof is good once (RFC 7523 3, RFC 9449 11.1). The library reads first and
 * writes afterwards, so each of twenty parallel requests would be the first.
 */
export function detectReplays(provider: Pick<Provider, 'ReplayDetection'>): void {
  const model = provider.ReplayDetection as unknown as {
    unique: (issuer: string, id: string, expiresAt: number) => Promise<boolean>;
  };
  model.unique = (issuer, id, expiresAt) => useOnce(currentScope().realm, [issuer, id], seconds(expiresAt));
}
