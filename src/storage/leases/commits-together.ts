import type { CommitOutcome } from '../refusal.js';
import { documentOf, type Write } from '../write.js';

/** Where writes are committed: a realm, or the installation's own documents. */
export interface Committing {
  commit(writes: readonly Write[]): Promise<CommitOutcome>;
}

interface WaitingCommit {
  readonly on: Committing;
  readonly writes: readonly Write[];
  readonly settle: (outcome: CommitOutcome | Promise<never>) => void;
}

/**
 * Commits one after another, and those that wait meanwhile in one commit: a slow disk then delays many of them once. They all begin with
 * the same write, so at once they would only overtake each other. Each has the outcome that it would have alone.
 *
 * @param most the most writes of a commit
 * @param first the write that every commit begins with
 */
export function commitsTogether(
  most: number,
  first: () => Write,
): (on: Committing, writes: readonly Write[]) => Promise<CommitOutcome> {
  let waiting: WaitingCommit[] = [];
  let isAtWork = false;

  return (on, writes) =>
    new Promise((resolve) => {
      waiting.push({ on, writes, settle: resolve });
      if (!isAtWork) void workOff();
    });

  async function workOff(): Promise<void> {
    isAtWork = true;
    while (waiting.length > 0) {
      const { together, rest } = nextOf(waiting, most - 1);
      waiting = rest;
      await commitAll(together);
    }
    isAtWork = false;
  }

  async function commitAll(together: readonly WaitingCommit[]): Promise<void> {
    try {
      const [one] = together;
      if (!one) return;
      const outcome = await one.on.commit([first(), ...together.flatMap(({ writes }) => writes)]);
      const isOfAll = outcome.ok || outcome.write === 0 || together.length === 1;
      if (isOfAll) for (const { settle } of together) settle(outcome);
      // One of them was refused, and the others have nothing to do with that.
      else for (const each of together) await commitAll([each]);
    } catch (error) {
      // Passed on as it came: it is not ours to judge.
      for (const { settle } of together) settle(rethrown(error));
    }
  }
}

/** The first, and those behind it as long as they fit into its commit, which writes no document twice. */
function nextOf(
  waiting: readonly WaitingCommit[],
  room: number,
): { readonly together: readonly WaitingCommit[]; readonly rest: WaitingCommit[] } {
  const touched = new Set<string>();
  let size = 0;
  const fits = ({ on, writes }: WaitingCommit, at: number): boolean => {
    const documents = writes.map(documentOf);
    size += documents.length;
    const isFree = !documents.some((document) => touched.has(document));
    for (const document of documents) touched.add(document);
    return at === 0 || (on === waiting[0]?.on && size <= room && isFree);
  };
  const end = waiting.findIndex((each, at) => !fits(each, at));
  return end === -1 ? { together: waiting, rest: [] } : { together: waiting.slice(0, end), rest: waiting.slice(end) };
}

async function rethrown(error: unknown): Promise<never> {
  await Promise.resolve();
  throw error;
}
