import { Worker } from 'node:worker_threads';
import { seconds } from '../../../base/clock.js';
import { readResponse } from './read-response.js';
import type { ExpectedOfResponse, ReadResponse } from './reader.js';

/** In characters of base64. A response that is below all these bounds takes less than 50 ms. */
const LARGE = 40_000;
/** The same of one that is encrypted: how much stands in it is seen too late. */
const LARGE_ENCRYPTED = 12_000;
/** Begins and ends of elements, and attributes: their number costs, not their length. An ordinary response has about a hundred. */
const MANY_MARKS = 600;
/** Large responses that wait at most. Each takes a fifth of a second. */
const MOST_WAITING = 20;
/** After which the thread ends that nobody needs. */
const IDLE = seconds(30);

export interface AsideQuestion {
  readonly id: number;
  readonly encoded: string;
  readonly expected: ExpectedOfResponse;
}

export interface AsideAnswer {
  readonly id: number;
  readonly said: ReadResponse;
}

interface ReadUnderWay {
  readonly resolve: (said: ReadResponse | 'busy') => void;
  readonly reject: (error: Error) => void;
}

/** A thread runs from the build. Code that runs from source, as under a test, has none, and reads where it is. */
const file = import.meta.url.endsWith('.ts') ? undefined : new URL('./reader-worker.js', import.meta.url);

/** With the reads that it owes: those of a thread that ends are not those of the next. */
interface ReadingThread {
  readonly worker: Worker;
  readonly waiting: Map<number, ReadUnderWay>;
}

let thread: ReadingThread | undefined;
let idle: NodeJS.Timeout | undefined;
let lastId = 0;

/**
 * Reads a response; a large one on a thread of its own, so that other requests go on meanwhile. One thread reads them all, one after the other:
 * whoever sends many takes no more than that from others.
 *
 * @returns `busy` if too many wait already
 */
export async function readAside(encoded: string, expected: ExpectedOfResponse): Promise<ReadResponse | 'busy'> {
  if (!file || !isLarge(encoded)) return readResponse(encoded, expected);
  if ((thread?.waiting.size ?? 0) >= MOST_WAITING) return 'busy';
  const { worker, waiting } = (thread ??= startThread(file));
  clearTimeout(idle);
  const id = ++lastId;
  const { promise, resolve, reject } = Promise.withResolvers<ReadResponse | 'busy'>();
  waiting.set(id, { resolve, reject });
  worker.ref();
  worker.postMessage({ id, encoded, expected } satisfies AsideQuestion);
  return promise;
}

function isLarge(encoded: string): boolean {
  if (encoded.length >= LARGE) return true;
  const bytes = Buffer.from(encoded, 'base64');
  if (encoded.length >= LARGE_ENCRYPTED && bytes.includes('EncryptedData')) return true;
  return bytes.filter((byte) => byte === MARK_OF_ELEMENT || byte === MARK_OF_ATTRIBUTE).length > MANY_MARKS;
}

const [MARK_OF_ELEMENT, MARK_OF_ATTRIBUTE] = Buffer.from('<=');

function startThread(at: URL): ReadingThread {
  const started: ReadingThread = { worker: new Worker(at), waiting: new Map() };
  const { worker, waiting } = started;
  // Before it has ended: from then on it answers nothing.
  const forget = (): void => {
    if (thread === started) thread = undefined;
  };
  worker.on('message', ({ id, said }: AsideAnswer) => {
    waiting.get(id)?.resolve(said);
    waiting.delete(id);
    if (waiting.size > 0) return;
    worker.unref();
    idle = setTimeout(() => {
      forget();
      void worker.terminate();
    }, IDLE).unref();
  });
  let failure: Error | undefined;
  worker.once('error', (error: Error) => {
    failure = error;
    forget();
  });
  worker.once('exit', () => {
    forget();
    const lost = new Error('The thread that reads large responses ended.', { cause: failure });
    for (const { reject } of waiting.values()) reject(lost);
  });
  return started;
}
