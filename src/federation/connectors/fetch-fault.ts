import { z } from 'zod';

/** The codes by which a fetcher says why no answer came. */
const fetchError = z.object({ code: z.enum(['refused', 'unreachable', 'too-slow', 'too-large', 'busy']) });

/** Why no answer came, as reason codes of connectors say it. */
export type FetchFault = 'address-refused' | 'unreachable' | 'timeout' | 'answer-too-large' | 'too-many-waiting';

/** @param error what the fetcher threw */
export function fetchFault(error: unknown, signal: AbortSignal | undefined): FetchFault {
  const known = fetchError.safeParse(error);
  if (!known.success) return signal?.aborted === true ? 'timeout' : 'unreachable';
  switch (known.data.code) {
    case 'refused':
      return 'address-refused';
    case 'unreachable':
      return 'unreachable';
    case 'too-slow':
      return 'timeout';
    case 'too-large':
      return 'answer-too-large';
    case 'busy':
      return 'too-many-waiting';
  }
}
