import { LRUCache } from 'lru-cache';
import type { AnswerBasis } from './answer-basis.js';

/** The finished answer to one request. */
export interface FinishedAnswer {
  /** Names and values by turns, as sent, without the id of the request. */
  readonly headers: readonly string[];
  /** Text, which Node sends together with the headers, in one write. */
  readonly body: string;
  readonly basis: AnswerBasis;
}

/** Bytes of all remembered answers. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Keys of requests that came once. */
const MOST_SEEN = 20_000;
/** Bytes that an answer takes besides its body: its headers, a document each, and the entry. */
const BYTES_OF_HEADERS = 1000;
const BYTES_OF_DOCUMENT = 250;

/** The remembered answers of one process, bounded in bytes. Those that were not asked for longest are forgotten first. */
export class AnswerMemory {
  readonly #seen = new LRUCache<string, true>({ max: MOST_SEEN });
  readonly #answers: LRUCache<string, FinishedAnswer>;

  constructor(most = MOST_BYTES) {
    this.#answers = new LRUCache({ maxSize: most, maxEntrySize: most, sizeCalculation: bytesOf });
  }

  get(key: string): FinishedAnswer | undefined {
    return this.#answers.get(key);
  }

  /** Notes a request that has no answer here. Whether it came before: most tokens are presented once. */
  isSeenAgain(key: string): boolean {
    if (this.#seen.get(key)) return true;
    this.#seen.set(key, true);
    return false;
  }

  set(key: string, answer: FinishedAnswer): void {
    this.#answers.set(key, answer);
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }
}

const bytesOf = ({ body, basis }: FinishedAnswer): number =>
  2 * body.length + BYTES_OF_HEADERS + basis.documents.length * BYTES_OF_DOCUMENT;
