import type { Person } from '../load/person.ts';

/** What a run measures: a new one is a file here and a line in `operations`. */
export interface Operation {
  readonly name: string;
  /** How many of them each lane does in a measured window of a whole run: about a second of the server's CPU in all. */
  readonly perLane: number;
  /**
   * Makes ready for `count` of them, one after another by one person; what it gives does the next one. What it needs beforehand (codes,
   * tokens, a session) is made here, outside of what is measured.
   */
  lane(person: Person, count: number): Promise<() => Promise<unknown>>;
}
