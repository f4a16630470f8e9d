import type { Person } from '../load/person.ts';

/** A measured operation. A new one is a file here and a line in `operations`. */
export interface Operation {
  readonly name: string;
  /** How many of them each server answers before anything is measured: the compiler of V8 works on until then. */
  readonly warmUp: number;
  /** How many of them each lane does in a measured window of a whole run: less than a second of the server's CPU in all. */
  readonly perLane: number;
  /** Whether it issues an ID token, so that the algorithm of the client matters. */
  readonly signsIdToken?: true;
  /** Whether it writes. */
  readonly writes?: true;
  /**
   * Prepares `count` operations in sequence for one person, and returns a function that does the next one. Prerequisites
   * (codes, tokens, a session) are created here, outside the measurement.
   */
  lane(person: Person, count: number): Promise<() => Promise<unknown>>;
}
