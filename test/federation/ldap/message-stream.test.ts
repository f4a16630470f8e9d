import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Socket } from 'node:net';
import { ANSWER } from '../../../src/federation/ldap/connection/answers.js';
import { type Collected, MessageStream } from '../../../src/federation/ldap/connection/message-stream.js';
import { entryBytes, resultBytes } from '../../support/odd-ldap.js';

const LIMIT = 10_000;

/** What a stream reads from these chunks, and what it hands the library. */
function read(chunks: readonly Buffer[]): { answer: Collected | undefined; breach?: string; handed: Buffer } {
  const socket = new Socket();
  const stream = new MessageStream(socket, LIMIT);
  const handed: Buffer[] = [];
  stream.expect(ANSWER.searchDone);
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
    const answer = [entryBytes(7, 'cn=x', [['cn', 'secret']]), resultBytes(7, ANSWER.searchDone, 0, 'cookie')];
    expect(read(answer).handed).toEqual(resultBytes(7, ANSWER.searchDone, 0));
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
    const socket = new Socket();
    const stream = new MessageStream(socket, LIMIT);
    socket.emit('data', resultBytes(2, ANSWER.bind, 0));
    expect(stream.breach).toBe('answer-unexpected');
    expect(socket.destroyed).toBe(true);
  });

  test('has no second result', () => {
    const result = resultBytes(2, ANSWER.searchDone, 0);
    expect(read([result, result])).toMatchObject({ breach: 'answer-unexpected' });
  });
});
