import type { Instant } from '../../base/clock.js';

/** A time in command output, to the minute. */
export const moment = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
