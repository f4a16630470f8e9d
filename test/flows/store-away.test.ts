import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { minutes } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, type Tokens } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { startMongod } from '../support/mongod-process.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, loggedOf, MACHINE_SECRET, passwordOf, ready, signedIn, stores } from './flow-host.js';

const app = application('public');
const html = { headers: { accept: 'text/html' } };

/** A store that can be taken from the server that runs on it. */
interface OwnStore {
  readonly address: string;
  away(): Promise<void>;
  back(): Promise<void>;
  end(): Promise<void>;
}

/** Away is: another process holds it for longer than anybody waits. Reading goes on. */
async function ownFile(): Promise<OwnStore> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-away-'));
  const path = join(folder, 'store.db');
  let holder: DatabaseSync | undefined;
  return {
    address: `sqlite:${path}`,
    async away() {
      holder = new DatabaseSync(path, { timeout: 5000 });
      holder.exec('BEGIN IMMEDIATE');
    },
    async back() {
      holder?.close();
    },
    end: () => rm(folder, { recursive: true }),
  };
}

async function ownMongod(): Promise<OwnStore> {
  const mongod = await startMongod();
  return {
    address: `${mongod.url}away`,
    away: () => mongod.kill(),
    back: () => mongod.restart(),
    end: () => mongod.end(),
  };
}

async function expectDiscovery({ issuer }: Host): Promise<void> {
  const [discovery, jwks, alive] = await Promise.all(
    ['/.well-known/openid-configuration', '/jwks', '/healthz'].map((path) => fetch(`${issuer}${path}`)),
  );
  expect([discovery?.status, jwks?.status, alive?.status]).toEqual([200, 200, 200]);
  expect(await discovery?.json()).toMatchObject({ issuer });
  expect(await jwks?.json()).toMatchObject({ keys: expect.arrayContaining([expect.objectContaining({ kty: 'EC' })]) });
}

describe.each(stores)('while the store is away, on %s:', (kind) => {
  let store: OwnStore;
  /** Prepared before: a user with tokens and a session, one at the sign-in page, one whose code is not exchanged yet. */
  let known: { visitor: Visitor; tokens: Tokens };
  let waiting: { visitor: Visitor; page: Page };
  /** A user who has entered the password and follows the redirect back to the application. */
  let returning: { visitor: Visitor; to: URL };
  /** A user at the page that asks whether to sign out. */
  let leaving: { visitor: Visitor; page: Page };
  beforeAll(async () => {
    store = await (kind === 'sqlite' ? ownFile() : ownMongod());
  });
  const host = useHost(() => flowRealm('sqlite', { env: { GATEHOUSE_STORE: store.address } }));
  beforeAll(async () => {
    known = await signedIn(host, app);
    const visitor = new Visitor();
    waiting = { visitor, page: await visitor.visit(ask(host, app).url) };
    returning = await onTheWayBack();
    const { visitor: other } = await signedIn(host, app);
    leaving = { visitor: other, page: await other.visit(`${host.issuer}/session/end`) };
  });
  afterAll(() => store.end());

  async function onTheWayBack(): Promise<typeof returning> {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    const typed = { ...page.fields, identifier: 'alice', password: passwordOf(host, 'alice') };
    const sent = await visitor.request(page.action, { method: 'POST', body: new URLSearchParams(typed) });
    return { visitor, to: new URL(sent.headers.get('location') ?? '', page.url) };
  }
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${host.issuer}${path}`, { headers });
  const post = (path: string, params: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${host.issuer}${path}`, { method: 'POST', body: new URLSearchParams(params) });

  /** Requests that need the store, by name; on SQLite reads continue. */
  const asking: Readonly<Record<string, () => Promise<Response>>> = {
    "a client's own token": () =>
      post('/token', { grant_type: 'client_credentials', client_id: 'machine', client_secret: MACHINE_SECRET }),
    'a rotation': () =>
      post('/token', { grant_type: 'refresh_token', client_id: app.id, refresh_token: known.tokens.refresh_token }),
    'an authorization request': () => new Visitor().request(ask(host, app).url, html),
    'an authorization request in a session': () => known.visitor.request(ask(host, app).url, html),
    'a password': () =>
      waiting.visitor.request(waiting.page.action, {
        ...html,
        method: 'POST',
        body: new URLSearchParams({
          ...waiting.page.fields,
          identifier: 'alice',
          password: passwordOf(host, 'alice'),
        }),
      }),
    'a sign-out': () =>
      leaving.visitor.request(leaving.page.action, {
        ...html,
        method: 'POST',
        body: new URLSearchParams({ ...leaving.page.fields, logout: 'yes' }),
      }),
    'the way back from the sign-in page': () => returning.visitor.request(returning.to, html),
    ...(kind === 'mongodb' && {
      userinfo: () => get('/me', { authorization: `Bearer ${known.tokens.access_token}` }),
      'the sign-in page': () => waiting.visitor.request(waiting.page.url, html),
    }),
  };
  const pages = new Set([
    'an authorization request',
    'an authorization request in a session',
    'a password',
    'a sign-out',
    'the way back from the sign-in page',
    'the sign-in page',
  ]);

  test('what needs it is told to come again, what does not goes on, and all of it comes back by itself', async () => {
    await store.away();
    const [answers, readiness] = await Promise.all([
      Promise.all(
        Object.entries(asking).map(async ([what, request]) => {
          const response = await request();
          return { what, response, text: await response.text() };
        }),
      ),
      get('/readyz'),
      expectDiscovery(host),
    ]);
    for (const { what, response, text } of answers) {
      const { status, headers } = response;
      const left = { retryAfter: headers.get('retry-after'), location: headers.get('location') };
      expect({ what, status, ...left, cookies: headers.getSetCookie() }).toEqual({
        what,
        status: 503,
        retryAfter: '1',
        location: null,
        cookies: [],
      });
      expect([what, response.headers.get('content-type')]).toEqual([
        what,
        expect.stringMatching(pages.has(what) ? /^text\/html/ : /^application\/(problem\+)?json/),
      ]);
      if (pages.has(what)) expect([what, text]).toEqual([what, expect.stringContaining('<h1')]);
      // One line of the log for each of them, which says what is wrong with which store.
      expect([what, await loggedOf(host, response)]).toEqual([
        what,
        [expect.stringMatching(/"level":40.*The store does not answer: /)],
      ]);
    }
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({ failing: expect.arrayContaining(['store']) as unknown });

    expect(await loggedOf(host, readiness)).toContainEqual(
      expect.stringMatching(/"level":40.*"check":"store".*"msg":"not ready/),
    );

    // A page that says so is fit to be seen.
    const styles = /href="([^"]+\.css)"/.exec(waiting.page.text)?.[1] ?? '';
    expect((await get(styles)).status).toBe(200);

    // Longer than any cache is believed.
    await host.advance(minutes(2));
    await expectDiscovery(host);

    await store.back();
    await ready(host);
    if (kind === 'mongodb') {
      // Away again before anything that was cached has been read anew.
      await store.away();
      await expectDiscovery(host);
      await store.back();
      await ready(host);
    }

    expect((await refresh(host, app, known.tokens.refresh_token)).status).toBe(200);
    const again = ask(host, app, { prompt: 'none' });
    expect((await exchange(host, again, codeOf(await known.visitor.visit(again.url)))).status).toBe(200);
    const password = passwordOf(host, 'alice');
    await leaving.visitor.submit(leaving.page, { logout: 'yes' });
    const left = await leaving.visitor.visit(ask(host, app, { prompt: 'none' }).url);
    expect(left.url.searchParams.get('error')).toBe('login_required');
    expect(codeOf(await returning.visitor.visit(returning.to))).toBeTruthy();
    expect(codeOf(await waiting.visitor.submit(waiting.page, { identifier: 'alice', password }))).toBeTruthy();
  });
});

describe('with a MongoDB of its own', () => {
  let store: OwnStore;
  beforeAll(async () => {
    store = await ownMongod();
  });
  const host = useHost(() => ({ env: { GATEHOUSE_STORE: store.address } }));
  afterAll(() => store.end());

  test('a server that nobody has asked anything answers for itself while its store is away', async () => {
    await store.away();
    await expectDiscovery(host);
  });
});
