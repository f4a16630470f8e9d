import { type Reason, REASONS } from './reasons.js';

/** Why something was refused: a stable code, and what happened in this case, in words. */
export interface Why {
  readonly reason: Reason;
  readonly words: string;
  /**
   * The part that the error page and an authenticated application may show; absent: nothing. It repeats no
   * address that was sent: the page would advertise it.
   */
  readonly open?: string | undefined;
}

const WHY = Symbol('why');

/**
 * Attaches the reason to an error that is about to be thrown, and gives the error back. The client never sees it; the log line does.
 *
 * @param words what happened in this case; the cause of the reason where there is no more to say. Never a secret, a code, a token, or a name
 * that a stranger typed. Other input from outside goes through `quoted`.
 */
export function because<E extends Error>(error: E, reason: Reason, words: string = REASONS[reason].cause): E {
  const why: Why = { reason, words };
  // Not enumerable, so that nobody who copies or logs an error's fields shows it by accident.
  return Object.defineProperty(error, WHY, { value: why, configurable: true });
}

/** The reason that {@link because} attached; undefined where there is none. */
export const whyOf = (error: unknown): Why | undefined =>
  error instanceof Error ? (error as { [WHY]?: Why })[WHY] : undefined;
