import { type Instant, now, seconds } from '../../base/clock.js';
import type { Outgoing } from '../../http/outgoing/outgoing.js';

/** After a failure nobody asks again for so long, however many requests would need the keys. */
const REST_AFTER_FAILURE = seconds(10);
const MOST_FAILURES_KNOWN = 1000;

/**
 * How the library fetches clients' keys: by the one way out, and boundedly often. Cache headers of a client's server are
 * dropped, so that the library keeps keys for at least a minute and then fetches them again for the first unknown key. A client that changes its keys is not locked out for as long as its web server said.
 */
export function keyFetch(outgoing: Outgoing): typeof fetch {
  const failed = new Map<string, Instant>();
  return async (input, options = {}) => {
    const url = input instanceof Request ? input.url : input;
    const key = String(url);
    const failedAt = failed.get(key);
    if (failedAt !== undefined && now() - failedAt < REST_AFTER_FAILURE) {
      throw new Error(`${new URL(url).host} did not answer a moment ago; its keys are asked for again in a while.`);
    }
    try {
      const response = await outgoing(url, {
        method: options.method ?? 'GET',
        ...(options.headers && { headers: options.headers }),
        ...(typeof options.body === 'string' && { body: options.body }),
        ...(options.signal && { signal: options.signal }),
      });
      if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}.`);
      failed.delete(key);
      response.headers.delete('cache-control');
      response.headers.delete('expires');
      return response;
    } catch (error) {
      if (failed.size >= MOST_FAILURES_KNOWN) failed.clear();
      failed.set(key, now());
      throw error;
    }
  };
}
