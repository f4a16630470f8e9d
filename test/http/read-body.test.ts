import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBody } from '../../src/http/request/read-body.js';
import { ask, type Listening, listening } from './listening.js';

const LIMIT = 1000;

describe('the body of a request', () => {
  let at: Listening;
  beforeAll(async () => {
    at = await listening((req, res) => {
      void readBody(req, { type: 'text/plain', limit: LIMIT }).then((body) =>
        res.end(JSON.stringify(body.kind === 'body' ? { kind: 'body', text: body.bytes.toString() } : body)),
      );
    });
  });
  afterAll(() => at.close());
  const post = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const sent = { 'Content-Type': 'text/plain', ...headers };
    return JSON.parse((await ask(at.port, { method: 'POST', body, headers: sent })).body) as unknown;
  };

  test('is read up to its bound, said beforehand or not', async () => {
    for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      expect(await post('x'.repeat(LIMIT), headers)).toEqual({ kind: 'body', text: 'x'.repeat(LIMIT) });
      expect(await post('x'.repeat(LIMIT + 1), headers)).toEqual({ kind: 'refused', code: 'too-large' });
    }
  });

  test('is empty where there is none', async () => {
    expect(await post('')).toEqual({ kind: 'body', text: '' });
  });

  test.each(['application/json', 'text/plain-2', ''])('is refused as of type %j', async (type) => {
    expect(await post('x', { 'Content-Type': type })).toEqual({ kind: 'refused', code: 'wrong-type' });
  });

  test('may say its type in capitals and with parameters', async () => {
    expect(await post('x', { 'Content-Type': ' Text/PLAIN ; charset=utf-8' })).toMatchObject({ kind: 'body' });
  });

  test('that goes on past its bound is answered, on a connection that stays', async () => {
    const socket = connect(at.port, '127.0.0.1');
    const answer = () =>
      new Promise<string>((resolve, reject) => {
        socket.once('data', (data) => resolve(data.toString()));
        socket.once('close', () => reject(new Error('The connection was closed.')));
      });
    const headers = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n';
    const chunk = `${LIMIT.toString(16)}\r\n${'x'.repeat(LIMIT)}\r\n`;
    const refused = answer();
    socket.write(`${headers}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`);
    expect(await refused).toContain('too-large');
    const next = answer();
    socket.write(`${chunk}0\r\n\r\n${headers}Content-Length: 1\r\n\r\ny`);
    expect(await next).toContain('"text":"y"');
    socket.destroy();
  });

  test('that declares too much is refused before it comes', async () => {
    const socket = connect(at.port, '127.0.0.1');
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('data', (chunk) => resolve(chunk.toString()));
      socket.once('error', reject);
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`);
    });
    socket.destroy();
    expect(answer).toContain('too-large');
  });
});
