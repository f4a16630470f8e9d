import type { IncomingMessage } from 'node:http';
import { newId } from '../../base/crypto/ids.js';

// On the request itself: an entry per request in a WeakMap is expensive for the garbage collector.
const ID = Symbol('request id');
interface IdentifiedMessage extends IncomingMessage {
  [ID]?: string;
}

/**
 * The id of this request: in its log lines, its audit records, the X-Request-Id of the response and on error pages. Always
 * ours: one from outside could imitate another request's.
 */
export function requestIdOf(req: IdentifiedMessage): string {
  const known = req[ID];
  if (known !== undefined) return known;
  const made = newId();
  req[ID] = made;
  return made;
}
