import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ANSWER } from '../../../src/federation/ldap/connection/answers.js';
import { type Collected, MessageStream } from '../../../src/federation/ldap/connection/message-stream.js';
import { entryBytes, resultBytes } from '../../support/odd-ldap.js';

const LIMIT = 10_000;

function connection(): { readonly socket: Socket; readonly stream: MessageStream } {
  // Of a socket, the stream uses what any stream has.
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() }) as unknown as Socket;
  return { socket, stream: new MessageStream(socket, LIMIT) };
}

/** What a stream reads from these chunks, and what it hands the library. */
function read(chunks: readonly Buffer[]): { answer: Collected | undefined; breach?: string; handed: Buffer } {
  const { socket, stream } = connection();
  const handed: Buffer[] = [];
  stream.expect(ANSWER.searchDone);
  // A request with the number 2.
  stream.write(resultBytes(2, ANSWER.searchDone, 0));
  for (const chunk of chunks) socket.emit('data', chunk);
  for (let part = stream.read() as Buffer | null; part; part = stream.read() as Buffer | null) handed.push(part);
  const { breach } = stream;
  const answer = stream.collect();
  stream.destroy();
  return { answer, ...(breach && { breach }), handed: Buffer.concat(handed) };
}

/** In pieces that end at these places. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % bytes.length), bytes.length].sort((a, b) => a - b);
  return ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end)).filter((part) => part.length > 0);
}

const attribute = fc.tuple(fc.string({ minLength: 1 }), fc.array(fc.uint8Array().map((bytes) => Buffer.from(bytes))));

describe('an answer', () => {
  test('is read alike however the network cuts it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.array(attribute, { maxLength: 3 })), { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (entries, places) => {
          const bytes = Buffer.concat([
            ...entries.map(([dn, attributes]) =>
              entryBytes(
                2,
                dn,
                attributes.map(([name, values]) => [name, ...values]),
              ),
            ),
            resultBytes(2, ANSWER.searchDone, 0, 'cookie'),
          ]);
          fc.pre(bytes.length < LIMIT);
          const whole = read([bytes]);
          expect(whole.answer?.entries.map(({ dn }) => dn)).toEqual(entries.map(([dn]) => dn));
          expect(read(cut(bytes, places))).toEqual(whole);
        },
      ),
    );
  });

  test('reaches the library as its number and its result code alone, and so does an attack', () => {
    const answer = [entryBytes(2, 'cn=x', [['cn', 'secret']]), resultBytes(2, ANSWER.searchDone, 0, 'cookie')];
    expect(read(answer).handed).toEqual(resultBytes(2, ANSWER.searchDone, 0));
  });

  test('that is nonsense ends, is bounded, and reaches nobody', () => {
    const good = Buffer.concat([entryBytes(2, 'cn=x', [['cn', 'a', 'b']]), resultBytes(2, ANSWER.searchDone, 0, 'c')]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          // A good answer with a few bytes changed.
          fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
            const bad = Buffer.from(good);
            for (const [at, byte] of changes) bad[at] = byte;
            return bad;
          }),
        ),
        (bytes) => {
          const { answer, handed } = read([bytes]);
          if (!answer) expect(handed).toHaveLength(0);
          else expect(handed.length).toBeLessThan(30);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('to no question ends the connection', () => {
    const { socket, stream } = connection();
    socket.emit('data', resultBytes(2, ANSWER.bind, 0));
    expect(stream.breach).toBe('answer-unexpected');
    expect(socket.destroyed).toBe(true);
  });

  test('to another question is none', () => {
    expect(read([resultBytes(3, ANSWER.searchDone, 0)])).toMatchObject({ breach: 'answer-unexpected' });
  });

  test('has no second result', () => {
    const result = resultBytes(2, ANSWER.searchDone, 0);
    expect(read([result, result])).toMatchObject({ breach: 'answer-unexpected' });
  });
});
