import type { RedirectAnswer } from '../../contract/redirect-connector.js';
import { ProviderFailure } from './faults.js';

/**
 * That an answer of the authorization endpoint (RFC 6749 4.1.2) is to this request, and whole. The library makes these checks too, and more.
 * Made here, each has a reason of its own.
 *
 * @throws ProviderFailure
 */
export function checkAnswer({ query, state }: Pick<RedirectAnswer, 'query' | 'state'>): void {
  if (query.get('state') !== state) throw new ProviderFailure('answer-state');
  const isOnce = ['state', 'code', 'error'].every((name) => query.getAll(name).length <= 1);
  const isCode = !['id_token', 'token', 'access_token', 'response'].some((name) => query.has(name));
  const isWhole = Boolean(query.get('code')) !== Boolean(query.get('error'));
  if (!isOnce || !isCode || !isWhole) throw new ProviderFailure('answer-invalid');
}
