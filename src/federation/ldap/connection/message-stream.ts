import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { BerWriter } from 'ldapts';
import { ANSWER, type LdapEntry, type LdapResult, readMessage } from './answers.js';
import { BER, BerElements, MalformedBer, readHeader } from './ber.js';
import type { BreachReason } from './ldap-failure.js';

/** Everything that the directory answered to one request. */
export interface Collected {
  readonly entries: readonly LdapEntry[];
  readonly result: LdapResult;
}

interface PendingAnswer {
  readonly tag: number;
  /** The number of the request, once it was sent. */
  id?: number;
  readonly entries: LdapEntry[];
  bytes: number;
  result?: LdapResult;
}

/**
 * The connection as the library sees it. It reads every message itself, with bounds, and hands the library nothing but the number and the
 * result code of a final answer. Entries, controls and text never reach the library.
 */
export class MessageStream extends Duplex {
  /** What the library asks of a socket that is connected already. */
  readonly connecting = false;
  /** Why we ended the connection. */
  breach: BreachReason | undefined;
  readonly #socket: Socket;
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #pending: PendingAnswer | undefined;

  /** @param limit how many bytes the answer to one request may have */
  constructor(socket: Socket, limit: number) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#limit = limit;
    socket.on('data', this.#take);
    socket.on('close', this.#close);
    // The reason does not matter here: the operation under way ends with the connection.
    socket.on('error', this.#close);
  }

  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  /** Begins a request whose final answer has this tag. One at a time. */
  expect(tag: number): void {
    this.#pending = { tag, entries: [], bytes: 0 };
  }

  /** The answer, once it is complete; afterwards nothing is expected. */
  collect(): Collected | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending?.result && { entries: pending.entries, result: pending.result };
  }

  /** Gives the socket back for TLS. False: bytes came before TLS began; they could have been inserted by anybody. */
  release(): boolean {
    this.#socket.off('data', this.#take);
    this.#socket.off('close', this.#close);
    return this.#size === 0 && !this.destroyed;
  }

  readonly #close = (): void => void this.destroy();

  readonly #take = (chunk: Buffer): void => {
    if (this.destroyed) return;
    try {
      this.#add(chunk);
    } catch (error) {
      if (!(error instanceof MalformedBer)) throw error;
      this.#cut('answer-malformed');
    }
  };

  #add(chunk: Buffer): void {
    if (!this.#pending) return this.#cut('answer-unexpected');
    this.#pending.bytes += chunk.length;
    if (this.#pending.bytes > this.#limit) return this.#cut('answer-too-large');
    this.#parts.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      const header = readHeader(this.#head(6), 0);
      if (!header) return;
      if (header.tag !== BER.sequence) throw new MalformedBer();
      if (header.end > this.#limit) return this.#cut('answer-too-large');
      if (header.end > this.#size) return;
      const all = this.#head(this.#size);
      const rest = all.subarray(header.end);
      this.#parts = rest.length > 0 ? [rest] : [];
      this.#size = rest.length;
      this.#receive(all.subarray(0, header.end));
      if (this.destroyed) return;
    }
  }

  /** At least this many of the bytes that wait, if there are as many. */
  #head(wanted: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#parts;
    if (first.length >= Math.min(wanted, this.#size)) return first;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  #receive(bytes: Buffer): void {
    const pending = this.#pending;
    const message = readMessage(bytes);
    // Number 0, of no request, is a notice of disconnection (RFC 4511 4.4.1).
    if (!pending || pending.result || message.id !== pending.id) return this.#cut('answer-unexpected');
    switch (message.kind) {
      case 'entry':
        if (pending.tag !== ANSWER.searchDone) return this.#cut('answer-unexpected');
        pending.entries.push(message.entry);
        return;
      case 'reference':
        return;
      case 'result':
        // RFC 4511 4.2.2: only a bind response says that a bind succeeded.
        if (message.tag !== pending.tag && !isRefusedModify(pending, message)) return this.#cut('answer-unexpected');
        pending.result = message.result;
        this.push(bareResult(message.id, pending.tag, message.result.code));
    }
  }

  #cut(breach: BreachReason): void {
    this.breach ??= breach;
    this.destroy();
  }

  // Bounded by the limit of an answer, so nothing is held back.
  override _read(): void {
    return undefined;
  }

  /** The library writes one whole request at a time. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#pending) this.#pending.id ??= new BerElements(chunk).elements(BER.sequence).integer(BER.integer);
    this.#socket.write(chunk, () => callback());
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end();
    callback();
  }

  override _destroy(_error: Error | null, callback: (error?: Error | null) => void): void {
    this.#parts = [];
    this.#socket.destroy();
    callback();
  }
}

/** OpenLDAP 2.6 may refuse a modify request by what ends a search. Only a modify response says that one succeeded. */
const isRefusedModify = (
  pending: Pick<PendingAnswer, 'tag'>,
  { tag, result }: { readonly tag: number; readonly result: LdapResult },
): boolean => pending.tag === ANSWER.modify && tag === ANSWER.searchDone && result.code !== 0;

/** A result without text, referrals and controls. */
function bareResult(id: number, tag: number, code: number): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString('');
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
