import type { Instant } from '../clock.js';

/** A time as lines and files show it, to the minute: `2027-01-31 17:00 UTC`. */
export const moment = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
