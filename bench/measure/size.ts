import { IN_FLIGHT } from '../realm.ts';

/** The size of a run. */
export interface Size {
  readonly rounds: number;
  /** Whether each row has servers of its own. */
  readonly restarts: boolean;
  /** How many operations each lane does in a window. */
  readonly perLane: (whole: number) => number;
  /** How many operations a server answers before the first window. */
  readonly warmUp: (whole: number) => number;
  /** Milliseconds after which a window, or a warm-up, ends with what it has. */
  readonly windowMs: number;
  readonly warmUpMs: number;
  readonly starts: number;
  /** Milliseconds before the memory of a server that does nothing is looked at. */
  readonly quietMs: number;
  /** How many authorization requests a flood has, and the milliseconds of quiet after it. */
  readonly flood: number;
  readonly afterFloodMs: number;
  /** How many signatures are timed, alone and beside sign-ins. */
  readonly signatures: number;
  /** The requests in flight, and the milliseconds, of a window of requests a second. */
  readonly throughputPeople: number;
  readonly throughputMs: number;
}

const plain = (whole: number): number => whole;

/** About twenty minutes on two cores. */
export const WHOLE: Size = {
  rounds: 5,
  restarts: true,
  perLane: plain,
  warmUp: plain,
  windowMs: 6000,
  warmUpMs: 20_000,
  starts: 5,
  quietMs: 3000,
  flood: 20_000,
  afterFloodMs: 25_000,
  signatures: 300,
  throughputPeople: IN_FLIGHT,
  throughputMs: 2000,
};

/** Shows that everything works, and no figure worth keeping. */
export const QUICK: Size = {
  rounds: 1,
  restarts: false,
  perLane: () => 1,
  warmUp: () => 0,
  windowMs: 6000,
  warmUpMs: 6000,
  starts: 1,
  quietMs: 0,
  flood: 40,
  afterFloodMs: 0,
  signatures: 10,
  throughputPeople: 2,
  throughputMs: 50,
};
