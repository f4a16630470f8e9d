import type { IncomingMessage } from 'node:http';
import { seconds } from '../../base/clock.js';
import { type StoreTime, storeTime } from '../../storage/deadlines/store-time.js';

/** How long a request waits for the store and begins anything there, in milliseconds. */
const PATIENCE = seconds(5);
/** After that, running operations have this long to finish, in milliseconds. */
export const GRACE = seconds(1);

// On the request itself, like its id.
const WAITED = Symbol('time spent waiting for the store');
interface WaitingMessage extends IncomingMessage {
  [WAITED]?: number;
}

/** Notes that a request has waited for the store for so many milliseconds before its scope was opened. That is part of its time. */
export function noteStoreWait(req: WaitingMessage, waited: number): void {
  req[WAITED] = waited;
}

/** The time of one request for all of its reads and writes: six seconds, in milliseconds. */
export const requestTime = (req: WaitingMessage, patience = PATIENCE): StoreTime =>
  storeTime(Math.max(0, patience + GRACE - (req[WAITED] ?? 0)));
