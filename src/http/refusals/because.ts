import { type Reason, REASONS } from './reasons.js';

/** Why something was refused: a stable code, and an explanation of this case. */
export interface Why {
  readonly reason: Reason;
  readonly words: string;
  /**
   * The part that the error page and an authenticated application may show; absent: nothing. It repeats no address from the
   * request, because the page would advertise it.
   */
  readonly open?: string | undefined;
}

const WHY = Symbol('why');

/**
 * Attaches the reason to an error that is about to be thrown, and returns the error. It appears in the log line, never in the
 * response.
 *
 * @param words the explanation of this case; the general cause of the reason if there is no more to say. Never contains a
 * secret, a code, a token, or a name that a stranger typed. Other external input goes through `quoted`.
 */
export function because<E extends Error>(error: E, reason: Reason, words: string = REASONS[reason].cause): E {
  const why: Why = { reason, words };
  // Not enumerable, so that copying or logging an error's fields never shows it.
  return Object.defineProperty(error, WHY, { value: why, configurable: true });
}

/** The reason that {@link because} attached; undefined if there is none. */
export const whyOf = (error: unknown): Why | undefined =>
  error instanceof Error ? (error as { [WHY]?: Why })[WHY] : undefined;
