/** Slow or silent clients are disconnected in bounded time, and delay nobody else. Real seconds: a socket has no other clock. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { useHost } from '../support/host/use-host.js';
import { flowRealm } from './flow-host.js';

/** Milliseconds: who is late is looked for every 2 seconds, and the machine may be busy. */
const SLACK = 6000;

const host = useHost(flowRealm('sqlite'));

interface Client {
  readonly socket: Socket;
  /** Milliseconds from the connection to its end, and what was answered. */
  readonly ended: Promise<{ readonly after: number; readonly answer: string }>;
}

async function client(): Promise<Client> {
  const socket = connect(host.port, 'localhost');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const began = performance.now();
  // Not by once(), which fails at a reset: that is an end as good as any.
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(() => ({
    after: performance.now() - began,
    answer,
  }));
  return { socket, ended };
}

/** A byte every so often, for ever. */
async function dripping(begin: string, drop: string): Promise<Client> {
  const connection = await client();
  connection.socket.write(begin);
  const timer = setInterval(() => connection.socket.write(drop), 250);
  void connection.ended.then(() => clearInterval(timer));
  return connection;
}

const POST = 'POST /token HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n';
const post = (more: string): string => POST.replace('HOST', new URL(host.issuer).host) + more;

test('a body without end is not read to its end', async () => {
  const { socket, ended } = await client();
  socket.write(post('Transfer-Encoding: chunked\r\n\r\n'));
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  let sent = 0;
  while (!socket.destroyed && sent < 64 * 1024 * 1024) {
    sent += chunk.length;
    if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
  }
  const { answer, after } = await ended;
  expect(after).toBeLessThan(5000);
  // The limit allows for the bytes in socket buffers, besides those that the server read.
  expect(sent).toBeLessThan(16 * 1024 * 1024);
  expect(answer === '' || answer.startsWith('HTTP/1.1 413 ')).toBe(true);
});

test('a request that says two things of its length is none', async () => {
  const { socket, ended } = await client();
  socket.write(post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /jwks HTTP/1.1\r\n\r\n'));
  expect((await ended).answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test('a thousand connections that say nothing, and some that drip, keep nobody waiting and are ended', async () => {
  const idle = await Promise.all(Array.from({ length: 1000 }, client));
  const headers = await Promise.all(Array.from({ length: 5 }, () => dripping('GET /jwks HTTP/1.1\r\n', 'X-A: b\r\n')));
  const bodies = await Promise.all(
    Array.from({ length: 5 }, () => dripping(post('Content-Length: 5000\r\n\r\n'), 'x')),
  );

  const waits: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    expect((await fetch(`${host.issuer}/jwks`)).status).toBe(200);
    waits.push(performance.now() - began);
  }
  expect(waits.sort((a, b) => a - b)[10]).toBeLessThan(250);

  const longest = (ends: readonly { readonly after: number }[]): number => Math.max(...ends.map(({ after }) => after));
  const ends = (of: readonly Client[]) => Promise.all(of.map(({ ended }) => ended));
  expect(longest(await ends([...idle, ...headers]))).toBeLessThan(10_000 + SLACK);
  const slow = await ends(bodies);
  expect(longest(slow)).toBeLessThan(20_000 + SLACK);
  for (const { answer } of slow) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect((await fetch(`${host.issuer}/readyz`)).status).toBe(200);
});
