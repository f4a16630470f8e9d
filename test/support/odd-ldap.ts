/**
 * A small LDAP server for what slapd can't be made to do, and nothing else: an empty page with a cookie, a cookie that never changes, success
 * for an empty password, an answer of another kind to a bind, a message that announces 2 GB or has another malformed length, an anonymous
 * connection after a lost one, an entry outside the base, an attribute twice, an attribute called `dn`, an end in the middle of an answer,
 * an attribute of 10 MB, a page size that is refused, and bytes between the answer to StartTLS and TLS. `stand-in-directory.ts` makes a
 * directory with entries of it.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Ber, BerReader, BerWriter } from 'ldapts';
import { BER, BerElements } from '../../src/federation/ldap/connection/ber.ts';
import { freePort } from './host/free-port.ts';
import { readSearchFilter, type SearchFilter } from './search-filter.ts';

export interface OddRequest {
  readonly id: number;
  readonly operation: 'bind' | 'search' | 'extended' | 'unbind';
  /** The DN of a bind, or the base of a search. */
  readonly name: string;
  readonly password: string;
  readonly search?: OddSearch;
  /** Absent: the search asks for no page. */
  readonly page?: { readonly size: number; readonly cookie: string };
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

export interface OddSearch {
  readonly scope: 'base' | 'one' | 'sub';
  /** 0: the search asks for no limit. */
  readonly sizeLimit: number;
  readonly filter: SearchFilter;
  readonly attributes: readonly string[];
  /** The controls of the request, by their object identifiers. */
  readonly controls: readonly string[];
}

/** What a test answers with. */
export interface OddReply {
  entry(dn: string, ...attributes: readonly (readonly [name: string, ...values: readonly (string | Buffer)[]])[]): void;
  /** @param operation `bind` when absent for a bind, and `search` for a search */
  result(
    code: number,
    options?: {
      readonly operation?: 'bind' | 'search' | 'extended';
      readonly cookie?: string;
      /** The text beside the code. */
      readonly message?: string;
    },
  ): void;
  raw(bytes: Buffer): void;
  /** Ends the connection. */
  end(): void;
}

export interface OddLdap {
  readonly url: string;
  readonly requests: readonly OddRequest[];
  stop(): Promise<void>;
}

const OPERATIONS: ReadonlyMap<number, OddRequest['operation']> = new Map([
  [0x60, 'bind'],
  [0x42, 'unbind'],
  [0x63, 'search'],
  [0x77, 'extended'],
]);
const RESULT_TAGS = { bind: 0x61, search: 0x65, extended: 0x78, unbind: 0x61 } as const;
const PAGED_RESULTS = '1.2.840.113556.1.4.319';

export async function startOddLdap(answer: (request: OddRequest, reply: OddReply) => void): Promise<OddLdap> {
  const port = await freePort();
  const requests: OddRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    // Requests are small: each comes in one piece.
    socket.on('data', (bytes) => {
      const request = readRequest(bytes, connection);
      if (!request || request.operation === 'unbind') return;
      requests.push(request);
      answer(request, replyOn(socket, request));
    });
  });
  await once(server.listen({ port, host: '127.0.0.1' }), 'listening');
  return {
    url: `ldap://127.0.0.1:${port}`,
    requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function readRequest(bytes: Buffer, connection: number): OddRequest | undefined {
  const reader = new BerReader(bytes);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = OPERATIONS.get(reader.peek() ?? 0);
  if (!operation || operation === 'unbind') return undefined;
  reader.readSequence();
  const end = reader.offset + reader.length;
  if (operation === 'bind') reader.readInt();
  const name = operation === 'extended' ? '' : (reader.readString() ?? '');
  const password = operation === 'bind' ? (reader.readString(0x80) ?? '') : '';
  const page = readPage(bytes.subarray(end));
  const search = operation === 'search' ? readSearch(bytes) : undefined;
  return { id, operation, name, password, connection, ...(search && { search }), ...(page && { page }) };
}

const SCOPES = ['base', 'one', 'sub'] as const;

function readSearch(bytes: Buffer): OddSearch {
  const message = new BerElements(bytes).elements(BER.sequence);
  message.skip();
  const search = message.elements(0x63);
  search.skip();
  const scope = SCOPES[search.integer(BER.enumerated)] ?? 'base';
  search.skip();
  const sizeLimit = search.integer(BER.integer);
  search.skip();
  search.skip();
  const filter = readSearchFilter(search);
  const attributes: string[] = [];
  for (const names = search.elements(BER.sequence); !names.isEmpty;)
    attributes.push(names.content(BER.octets).toString());
  const controls: string[] = [];
  for (const list = message.isEmpty ? undefined : message.elements(0xa0); list && !list.isEmpty;)
    controls.push(list.elements(BER.sequence).content(BER.octets).toString());
  return { scope, sizeLimit, filter, attributes, controls };
}

function readPage(controls: Buffer): OddRequest['page'] {
  const at = controls.indexOf(PAGED_RESULTS);
  if (at === -1) return undefined;
  const reader = new BerReader(controls.subarray(at + PAGED_RESULTS.length));
  if (reader.peek() === Ber.Boolean) reader.readBoolean();
  const value = new BerReader(reader.readString(Ber.OctetString, true) ?? Buffer.alloc(0));
  value.readSequence();
  return { size: value.readInt() ?? 0, cookie: value.readString() ?? '' };
}

function replyOn(socket: Socket, { id, operation }: OddRequest): OddReply {
  return {
    entry: (dn, ...attributes) => void socket.write(entryBytes(id, dn, attributes)),
    result(code, options = {}) {
      socket.write(resultBytes(id, RESULT_TAGS[options.operation ?? operation], code, options.cookie, options.message));
    },
    raw: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
  };
}

/** One entry as bytes, for a test that sends a part of them. */
export function entryBytes(
  id: number,
  dn: string,
  attributes: readonly (readonly [name: string, ...values: readonly (string | Buffer)[]])[],
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(0x64);
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, ...values] of attributes) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(0x31);
    for (const value of values) writer.writeBuffer(Buffer.from(value), Ber.OctetString);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** The final answer to an operation, as bytes. */
export function resultBytes(id: number, tag: number, code: number, cookie?: string, message = ''): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(message);
  writer.endSequence();
  if (cookie !== undefined) {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(0);
    value.writeString(cookie);
    value.endSequence();
    writer.startSequence(0xa0);
    writer.startSequence();
    writer.writeString(PAGED_RESULTS);
    writer.writeBuffer(value.buffer, Ber.OctetString);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}
