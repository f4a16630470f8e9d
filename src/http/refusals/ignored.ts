import type { IncomingMessage } from 'node:http';
import { shownName } from './shown-name.js';

// On the request itself, as its id is.
const IGNORED = Symbol('ignored');
interface MessageWithIgnored extends IncomingMessage {
  [IGNORED]?: string[];
}

/** So many names a request are logged. */
const MOST = 10;

/**
 * Notes what was ignored of this request, as the standards demand, so that its log line names it in `ignored`. A name that does not look like
 * one is logged as "(not a name)".
 *
 * @param what `scope` or `parameter`
 * @param why where it is not that nobody knows it
 */
export function noteIgnored(
  ctx: { readonly req: MessageWithIgnored },
  what: 'scope' | 'parameter',
  names: Iterable<string>,
  why?: string,
): void {
  const noted = ctx.req[IGNORED] ?? [];
  ctx.req[IGNORED] = noted;
  for (const name of names) {
    if (noted.length >= MOST) return;
    const entry = `${what} ${shownName(name)}${why === undefined ? '' : `: ${why}`}`;
    if (!noted.includes(entry)) noted.push(entry);
  }
}

/** The field of the log line; empty if nothing was ignored. */
export const ignoredFields = (req: MessageWithIgnored): { readonly ignored?: readonly string[] } =>
  req[IGNORED] && req[IGNORED].length > 0 ? { ignored: req[IGNORED] } : {};
