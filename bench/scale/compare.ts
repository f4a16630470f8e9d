import { measure } from '../load/window.ts';
import { refresh } from '../operations/refresh.ts';
import { median, noise, rounded } from '../report/statistics.ts';
import { READS } from './reads.ts';
import type { ScaleStore } from './store.ts';

/** The cost of one operation with few and with many users; times are milliseconds, medians over all rounds. */
export interface Compared {
  readonly what: string;
  readonly few: number;
  readonly many: number;
  /** `many` to `few` within a round, the median over the rounds, and its noise in percent. */
  readonly ratio: number;
  readonly noise: number;
}

export interface ScaleSize {
  /** After a warm-up round that is not counted. */
  readonly rounds: number;
  readonly reads: number;
  readonly refreshes: number;
}

export const WHOLE_SCALE: ScaleSize = { rounds: 7, reads: 500, refreshes: 40 };
export const QUICK_SCALE: ScaleSize = { rounds: 1, reads: 5, refreshes: 1 };

interface Measured {
  readonly what: string;
  /** Milliseconds that one takes in this window, the median. */
  readonly window: (store: ScaleStore) => Promise<number>;
}

/** Visits both stores in turn, alternating the first one, so that disturbances of the machine affect both alike. */
export async function compare(few: ScaleStore, many: ScaleStore, size: ScaleSize): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const { what, window } of measured(size)) {
    const rounds: { few: number; many: number }[] = [];
    for (let round = 0; round <= size.rounds; round++) {
      const [first, second] = round % 2 === 0 ? [few, many] : [many, few];
      const took = new Map([[first, await window(first)]]);
      took.set(second, await window(second));
      if (round > 0) rounds.push({ few: took.get(few) ?? Number.NaN, many: took.get(many) ?? Number.NaN });
    }
    const ratios = rounds.map((each) => each.many / each.few);
    compared.push({
      what,
      few: rounded(median(rounds.map((each) => each.few)), 3),
      many: rounded(median(rounds.map((each) => each.many)), 3),
      ratio: rounded(median(ratios), 2),
      noise: rounded(noise(ratios), 0),
    });
  }
  return compared;
}

function measured(size: ScaleSize): Measured[] {
  const reads = READS.map(({ name, rows, once }): Measured => ({
    what: name,
    async window({ parts, people }) {
      const took: number[] = [];
      while (took.length < size.reads) {
        const began = performance.now();
        const came = await once(parts, people);
        took.push(performance.now() - began);
        if (came !== rows) throw new Error(`${name}: ${came} came of ${people} people, and ${rows} are right.`);
      }
      return median(took);
    },
  }));
  const issue: Measured = {
    what: 'a refresh of tokens',
    window: async ({ server }) => median((await measure(server, refresh, size.refreshes)).latencies),
  };
  return [...reads, issue];
}
