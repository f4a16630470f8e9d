import type { IncomingMessage } from 'node:http';
import { newId } from '../base/ids.js';

const ids = new WeakMap<IncomingMessage, string>();

/**
 * The id of this request: in its log lines, its audit records, the X-Request-Id of the answer and on error pages. Always
 * ours: one from outside could be made to look like another request's.
 */
export function requestIdOf(req: IncomingMessage): string {
  const known = ids.get(req);
  if (known !== undefined) return known;
  const made = newId();
  ids.set(req, made);
  return made;
}
