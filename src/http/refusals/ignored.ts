import type { IncomingMessage } from 'node:http';
import { shownName } from './shown-name.js';

// On the request itself, like its id.
const IGNORED = Symbol('ignored');
interface MessageWithIgnored extends IncomingMessage {
  [IGNORED]?: string[];
}

/** The maximum number of names logged per request. */
const MOST = 10;

/**
 * Records what was ignored in this request, as the standards require, so that its log line names it in `ignored`. Text that
 * does not look like a name is logged as "(not a name)".
 *
 * @param what `scope` or `parameter`
 * @param why the reason, unless the name is unknown
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
