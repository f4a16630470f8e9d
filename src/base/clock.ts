/** Milliseconds since the epoch. Every stored time is one. */
export type Instant = number;

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => seconds(n * 60);
export const hours = (n: number): number => minutes(n * 60);
export const days = (n: number): number => hours(n * 24);

/**
 * So far apart the clocks of two machines may be without harm. No order of two events hangs on them; whatever compares the clock of one with
 * a moment that another wrote allows for this.
 */
export const CLOCKS_DIFFER = minutes(10);

/** The one place that asks for the time, so that a test that moves the process's clock moves all of it. */
export const now = (): Instant => Date.now();
