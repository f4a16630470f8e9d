import type { UpstreamFetch } from '../contract/redirect-connector.js';

/** A provider that hangs holds no more than these. An ordinary one answers so many in much less than a second. */
export const MOST_AT_ONCE = 200;

/** Never sent, since too many requests of this connector wait for an answer already. */
class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
  readonly code = 'busy';
}

/** Sends at most {@link MOST_AT_ONCE} requests at a time, and refuses others at once with {@link TooManyWaiting}. */
export function boundedFetch(fetch: UpstreamFetch): UpstreamFetch {
  let underWay = 0;
  return async (url, request) => {
    if (underWay >= MOST_AT_ONCE) throw new TooManyWaiting();
    underWay++;
    try {
      return await fetch(url, request);
    } finally {
      underWay--;
    }
  };
}
