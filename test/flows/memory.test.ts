/** Invalid requests, in any number and variety, leave nothing behind in a server's memory. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { application, ask } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { useHosts } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, stores } from './flow-host.js';

const MEGABYTE = 1024 * 1024;
/** Everything of a round is new and long, so that whoever remembers one kind of it grows by more than two megabytes. */
const PER_KIND = 90;
const LENGTH = 6000;
const ROUNDS = 4;

const app = application('public');
const text = (): string => randomBytes((LENGTH * 3) / 4).toString('base64url');

/** One request of each kind of nonsense. */
const nonsense: readonly ((host: Host) => Promise<unknown>)[] = [
  ({ issuer }) => fetch(`${issuer}/auth?client_id=${text()}`),
  ({ issuer }) => fetch(`${issuer}/${text()}`),
  (host) => fetch(ask(host, app, { scope: `openid ${text()}`, state: text() }).url, { redirect: 'manual' }),
  (host) => new Visitor().visit(ask(host, app, { login_hint: text().slice(0, 1000) }).url),
  ({ issuer }) => post(`${issuer}/token`, { grant_type: 'authorization_code', code: text(), client_id: 'public' }),
  ({ issuer }) => post(`${issuer}/token`, { grant_type: text(), client_id: text() }),
  ({ issuer }) => post(`${issuer}/request`, { client_id: text(), request: text() }),
  ({ issuer }) =>
    post(
      `${issuer}/token/introspection`,
      { token: text() },
      { Authorization: basic('confidential', CONFIDENTIAL_SECRET) },
    ),
  ({ issuer }) =>
    post(`${issuer}/token/revocation`, { token: text() }, { Authorization: basic('confidential', text()) }),
  ({ issuer }) => fetch(`${issuer}/me`, { headers: { Authorization: `Bearer ${text()}` } }),
  ({ issuer }) => fetch(`${issuer}/me`, { headers: { Authorization: `DPoP ${text()}`, DPoP: text() } }),
  ({ issuer }) => fetch(`${issuer}/sign-in/${text()}`, { headers: { Cookie: `gatehouse-interaction=${text()}` } }),
  ({ issuer }) =>
    fetch(`${issuer}/account`, { headers: { Cookie: `gatehouse-session=${text()}` }, redirect: 'manual' }),
  ({ issuer }) => fetch(`${issuer}/session/end?id_token_hint=${text()}&client_id=${text()}`),
  ({ issuer }) => fetch(`${issuer}/jwks?${text()}`, { headers: { 'X-Request-Id': text() } }),
  ({ port }) => cutOff(port),
];

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

const post = (url: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers });

/** A body that is promised and breaks off. */
function cutOff(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost', () => {
      const head = `POST /token HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
      socket.end(`${head}Content-Length: 9000\r\n\r\ntoken=${text()}`);
    });
    socket.on('close', () => resolve()).on('error', () => resolve());
    socket.resume();
  });
}

const start = useHosts();
test('a flood of sign-ins that nobody finishes is stopped for its address, before it fills the store', async () => {
  const host = await start(flowRealm('sqlite'));
  const begin = async (state: string) => fetch(ask(host, app, { state }).url, { redirect: 'manual' });
  const answers = new Map<string, number>();
  for (let sent = 0; sent < 1600; sent += 20) {
    const state = randomBytes(9000).toString('base64url');
    for (const answer of await Promise.all(Array.from({ length: 20 }, () => begin(state)))) {
      await answer.text();
      const to = new URL(answer.headers.get('location') ?? '', host.issuer);
      const kind = to.searchParams.get('error') ?? to.pathname.split('/')[1] ?? '';
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
    }
  }
  // 16 megabytes of one client from one address.
  expect([...answers.keys()]).toEqual(['sign-in', 'temporarily_unavailable']);
  expect(answers.get('sign-in')).toBeGreaterThan(900);
  // Another application there goes on.
  const other = await fetch(ask(host, application('tab-1')).url, { redirect: 'manual' });
  expect(other.headers.get('location')).toContain('/sign-in/');
});

test.each(stores)('a flood of nonsense leaves the memory on %s as it was', async (store) => {
  const host = await start(flowRealm(store));
  const round = async (): Promise<void> => {
    for (let sent = 0; sent < PER_KIND; sent += 10) {
      const some = nonsense.flatMap((send) => Array.from({ length: 10 }, () => send(host)));
      const answers = await Promise.all(some);
      for (const answer of answers) if (answer instanceof Response) await answer.text();
    }
  };
  // Created once and kept: compiled code, connections, bounded caches.
  for (let at = 0; at < 2; at++) await round();
  const before = await host.memory();
  for (let at = 0; at < ROUNDS; at++) await round();
  const grown = (await host.memory()) - before;
  expect(grown / MEGABYTE).toBeLessThan(2);
  expect((await fetch(`${host.issuer}/readyz`)).status).toBe(200);
});
