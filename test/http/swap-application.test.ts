import type { RequestListener } from 'node:http';
import { expect, test } from '@jest/globals';
import { swapped } from '../../src/http/server/swap-application.js';
import { listening } from './listening.js';

test('what is built from something else takes new requests, and those under way end where they began', async () => {
  let current = { name: 'first' };
  const built: string[] = [];
  const waiting: (() => void)[] = [];
  const listener = swapped(
    () => current,
    ({ name }): RequestListener => {
      built.push(name);
      return (req, res) => {
        if (req.url === '/slow') waiting.push(() => res.end(name));
        else res.end(name);
      };
    },
  );
  const server = await listening(listener);
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();

  expect([await ask('/'), await ask('/')]).toEqual(['first', 'first']);
  const slow = ask('/slow');
  while (waiting.length === 0) await new Promise(setImmediate);
  current = { name: 'second' };
  expect(await ask('/')).toBe('second');
  for (const answer of waiting) answer();
  expect(await slow).toBe('first');
  expect(built).toEqual(['first', 'second']);
  await server.close();
});
