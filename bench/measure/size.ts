/** The size of a run. */
export interface Size {
  /** After a warm-up round that is not counted. */
  readonly rounds: number;
  /** How many operations each lane does in a window. */
  readonly perLane: (whole: number) => number;
  readonly starts: number;
  /** Milliseconds before the memory of a server that does nothing is looked at. */
  readonly quiet: number;
  /** How many signatures are timed, alone and beside sign-ins. */
  readonly signatures: number;
}

/** About five minutes on two cores. */
export const WHOLE: Size = { rounds: 5, perLane: (whole) => whole, starts: 5, quiet: 3000, signatures: 300 };

/** Shows that everything works, and no figure worth keeping. */
export const QUICK: Size = { rounds: 1, perLane: () => 1, starts: 1, quiet: 0, signatures: 10 };
