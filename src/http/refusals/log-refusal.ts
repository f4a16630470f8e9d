import type { IncomingMessage } from 'node:http';
import type { Why } from './because.js';

/** The fields of a refused request's log line, besides those of every request (id, address, method, path, status). */
export interface Refusal extends Why {
  /** The client's id; absent: "unknown client". Never an unverified id from the request. */
  readonly client?: string | undefined;
  /** The user whose sign-in failed, if known: the id, never the typed name. */
  readonly user?: string | undefined;
  /** The endpoint or page, in one word: `token`, `sign-in`. */
  readonly endpoint: string;
  /** The OAuth error, or the code of our response. */
  readonly error?: string | undefined;
}

// On the request itself, like its id.
const REFUSAL = Symbol('refusal');
interface MessageWithRefusal extends IncomingMessage {
  [REFUSAL]?: Refusal;
}

/** Enough for any of our sentences with two quoted values. */
const LONGEST = 600;

/**
 * Records why this request is refused. Its one log line, at level info, includes that once the request is answered, so a
 * refusal costs no second line. If one request has two refusals, the later one is logged.
 */
export function logRefusal(ctx: { readonly req: MessageWithRefusal }, refusal: Refusal): void {
  ctx.req[REFUSAL] = refusal;
}

/** The refusal's fields of the log line; empty if the request was not refused. */
export function refusalFields(req: MessageWithRefusal): Readonly<Record<string, string>> {
  const refusal = req[REFUSAL];
  if (refusal === undefined) return {};
  const { client = 'unknown client', user, endpoint, error, reason, words } = refusal;
  return {
    client,
    ...(user !== undefined && { user }),
    endpoint,
    ...(error !== undefined && { error }),
    reason,
    words: words.slice(0, LONGEST),
  };
}
