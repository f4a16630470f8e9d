import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** The lines of the header, without the status line. */
  readonly lines: readonly string[];
  readonly text: string;
}

/** A connection that was idle for this long, in milliseconds, may be closed by the server at any time. */
const STALE = 30_000;

/**
 * One kept connection with one request in progress at a time. It reads only what servers of Node.js write: Node's own clients
 * cost several times as much, and the load shares its machine with what it measures.
 */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<RawAnswer> | undefined;
  #usedAt = performance.now();
  #isClosed = false;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#waiting?.reject(new Error('A server closed its connection before it answered.'));
    });
  }

  get isUsable(): boolean {
    return !this.#isClosed && performance.now() - this.#usedAt < STALE;
  }

  ask(request: string): Promise<RawAnswer> {
    this.#waiting = Promise.withResolvers<RawAnswer>();
    this.#socket.ref();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [first = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    const body = bodyOf(lines, this.#received.subarray(end + 4));
    if (body === undefined) return;
    this.#received = Buffer.alloc(0);
    this.#usedAt = performance.now();
    if (valueOf(lines, 'connection') === 'close') this.#isClosed = true;
    // An idle connection keeps no benchmark from ending.
    this.#socket.unref();
    this.#waiting?.resolve({ status: Number(first.slice(9, 12)), lines, text: body.toString() });
    this.#waiting = undefined;
  }
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  const prefix = `${name}: `;
  return lines.find((line) => line.slice(0, prefix.length).toLowerCase() === prefix)?.slice(prefix.length);
}

/** Undefined if more is to come. @throws {Error} if its end cannot be found */
function bodyOf(lines: readonly string[], received: Buffer): Buffer | undefined {
  if (valueOf(lines, 'transfer-encoding') === 'chunked') return chunksOf(received);
  const length = Number(valueOf(lines, 'content-length') ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`An answer says nothing of its length: ${lines.join(', ')}`);
  return received.length < length ? undefined : received;
}

function chunksOf(received: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = received.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const length = parseInt(received.toString('latin1', at, end), 16);
    const next = end + 2 + length + 2;
    if (received.length < next) return undefined;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(end + 2, next - 2));
    at = next;
  }
}
