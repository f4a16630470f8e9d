import type { Provider } from 'oidc-provider';
import { seconds } from '../../base/clock.js';
import { useOnce } from '../../sessions/tokens/replay-guard.js';
import { currentScope } from '../request-scope/request-scope.js';

/**
 * Makes every assertion and proof good once (RFC 7523 3, RFC 9449 11.1). The library's own way looks first and writes
 * afterwards, so of twenty at once all would be the first.
 */
export function detectReplays(provider: Provider): void {
  const model = provider.ReplayDetection as unknown as {
    unique: (issuer: string, id: string, expiresAt: number) => Promise<boolean>;
  };
  model.unique = (issuer, id, expiresAt) => {
    return useOnce(currentScope().realm, [issuer, id], seconds(expiresAt));
  };
}
