import { seconds } from '../../base/clock.js';
import { type StoreTime, storeTime } from '../../storage/deadlines/store-time.js';

/** How long a request waits for the store and begins anything there, in milliseconds. */
const PATIENCE = seconds(5);
/** After that, running operations have this long to finish, in milliseconds. */
export const GRACE = seconds(1);

/** The time of one request for all of its reads and writes: six seconds, in milliseconds. */
export const requestTime = (patience = PATIENCE): StoreTime => storeTime(patience + GRACE);
