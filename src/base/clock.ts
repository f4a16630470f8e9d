/** Milliseconds since the epoch. Every stored time is one. */
export type Instant = number;

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => seconds(n * 60);
export const hours = (n: number): number => minutes(n * 60);
export const days = (n: number): number => hours(n * 24);

/**
 * The tolerated difference between the clocks of two machines. No order of events depends on clocks. Code that compares its
 * clock with a time from another machine allows for this.
 */
export const CLOCKS_DIFFER = minutes(10);

/** The only source of time, so that a test can move the whole process's clock. */
export const now = (): Instant => Date.now();
