import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { readForwarded } from '../../src/http/request/client-address.js';
import { requestIdOf } from '../../src/http/request/request-id.js';
import { type EarlyHandler, withEarlyHandlers } from '../../src/http/server/early-handlers.js';
import { graceful } from '../../src/http/server/graceful-stop.js';
import { ask, listening } from './listening.js';

const application: RequestListener = (_req, res) => res.end('application');
const answers =
  (word: string): EarlyHandler =>
  (req, res) => {
    res.writeHead(200, ['X-Request-Id', requestIdOf(req)]).end(word);
    return true;
  };

async function front(handlers: readonly EarlyHandler[]) {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const issuer = new URL('http://id.example');
  const handle = withEarlyHandlers({ log, issuer }, handlers, application);
  const at = await listening((req, res) => {
    readForwarded(req, () => false);
    handle(req, res);
  });
  return {
    ...at,
    ask: (headers: Record<string, string> = {}) => ask(at.port, { headers: { Host: 'id.example', ...headers } }),
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const declines: EarlyHandler = () => false;
const declinesLater: EarlyHandler = async () => false;
const throws: EarlyHandler = () => {
  throw new Error('a bug');
};
const rejects: EarlyHandler = async () => {
  throw new Error('a bug');
};

test.each<[string, readonly EarlyHandler[], string]>([
  ['nobody', [], 'application'],
  ['the first that answers', [declines, answers('one'), answers('two')], 'one'],
  ['one after another that took its time', [declinesLater, async (...both) => answers('one')(...both)], 'one'],
  ['the application, if all decline', [declines, declinesLater], 'application'],
  ['the application, if a handler throws', [throws], 'application'],
  ['the next handler, if one rejects', [rejects, answers('two')], 'two'],
])('a request is answered by %s, with an id and one line', async (_name, handlers, word) => {
  const at = await front(handlers);
  const { body, headers } = await at.ask();
  await at.close();
  expect(body).toBe(word);
  const lines = at.lines();
  expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([
    { requestId: headers['x-request-id'], method: 'GET', path: '/', status: 200, address: '127.0.0.1' },
  ]);
  const failed = handlers.includes(throws) || handlers.includes(rejects);
  expect(lines.filter(({ level }) => level === 50)).toHaveLength(failed ? 1 : 0);
});

test('a handler that fails in the middle of its response ends the connection, and the server goes on', async () => {
  const at = await front([
    (req, res) => {
      if (req.headers['x-break'] === undefined) return false;
      res.writeHead(200, ['Content-Length', '10']);
      res.write('half');
      throw new Error('a bug');
    },
  ]);
  await expect(at.ask({ 'X-Break': 'yes' })).rejects.toThrow();
  expect((await at.ask()).body).toBe('application');
  await at.close();
  expect(at.lines().filter(({ msg }) => msg === 'request')).toMatchObject([{ aborted: true }, { status: 200 }]);
});

test('a request to another host, or over another scheme, reaches no early handler', async () => {
  const at = await front([answers('early')]);
  expect((await at.ask({ Host: 'evil.example' })).body).toBe('application');
  expect((await at.ask({ Host: 'ID.example:80' })).body).toBe('early');
  await at.close();
  const secure = withEarlyHandlers(
    { log: pino({ level: 'silent' }), issuer: new URL('https://id.example') },
    [answers('early')],
    application,
  );
  const plain = await listening((req, res) => {
    readForwarded(req, () => false);
    secure(req, res);
  });
  expect((await ask(plain.port, { headers: { Host: 'id.example' } })).body).toBe('application');
  await plain.close();
});

test('a response that is sent at once ends its connection while the server stops', async () => {
  const at = await front([answers('early')]);
  const stop = graceful(at.server);
  const socket = connect(at.port, '127.0.0.1');
  await once(socket, 'connect');
  const answered = async (): Promise<string> => {
    socket.write('GET / HTTP/1.1\r\nHost: id.example\r\n\r\n');
    return String((await once(socket, 'data')) as unknown);
  };
  expect(await answered()).toContain('Connection: keep-alive');
  const stopped = stop.stop(1000);
  await new Promise(setImmediate);
  expect(await answered()).toContain('Connection: close');
  expect(await stopped).toEqual({ finished: true });
});
