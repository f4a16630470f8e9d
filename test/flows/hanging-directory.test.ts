/** A directory that hangs or is down costs its own people a sentence for so long, and nobody else anything. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { FromAddress } from '../support/from-address.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { passes } from '../support/passes.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const app = application('public');
/** One operation at a time, and 64 wait. */
const POOL = 1;
const ADMITTED = 65;
const PEOPLE = 70;

describe.each(['sqlite', 'mongodb'] as const)('a directory that hangs, on %s', (store) => {
  let slapd: Slapd;
  /** The ports that this process connected to. */
  const connected: (number | undefined)[] = [];
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => connected.push(socket.remotePort));
  };
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1' } });

  beforeAll(async () => {
    slapd = await startSlapd({ people: PEOPLE, entries: person('anna') });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
    const password = { clear: OURS, generated: false };
    expect(await host.parts.users.create(by, { username: 'paul', password })).toMatchObject({ ok: true });
    subscribe('net.client.socket', note);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    slapd.resume();
  });
  afterAll(() => {
    unsubscribe('net.client.socket', note);
    return slapd.stop();
  });

  const connections = (): number => connected.filter((port) => port === slapd.securePort).length;
  const limits = (milliseconds: number) => {
    const { connection } = corpInput(slapd);
    const times = { timeout: milliseconds, connectTimeout: milliseconds };
    return changeConnector(host, { connection: { ...connection, ...times, poolSize: POOL } });
  };
  const enter = (name: string, password = PASSWORD, visitor = new Visitor()) =>
    signIn(visitor, ask(host, app), name, password);
  const isIn = ({ url }: Page): boolean => url.searchParams.has('code');

  test('lets a bounded number of people wait, tells all others at once, and holds up nobody else', async () => {
    await limits(30_000);
    const asked = ask(host, app);
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, 'paul', OURS)));
    const pages = await Promise.all(
      Array.from({ length: PEOPLE }, async (_, at) => {
        const visitor = new FromAddress(`198.51.100.${at + 1}`);
        return { visitor, page: await visitor.visit(ask(host, app).url), identifier: `p${at}` };
      }),
    );
    slapd.pause();
    connected.length = 0;
    const answers: Page[] = [];
    const all = pages.map(async ({ visitor, page, identifier }) => {
      answers.push(await visitor.submit(page, { identifier, password: PASSWORD }));
    });
    while (answers.length < PEOPLE - ADMITTED) await delay(10);

    // Whoever is asked about meanwhile does not wait for those who wait: not for a hash, not for the store, not for a refusal.
    codeOf(await enter('paul', OURS));
    expect((await enter('paul', 'wrong')).status).toBe(403);
    expect((await refresh(host, app, body.refresh_token)).status).toBe(200);
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      Array.from({ length: PEOPLE - ADMITTED }, () => [503, '5']),
    );
    expect(connections()).toBeLessThanOrEqual(POOL);

    slapd.resume();
    await Promise.all(all);
    // On a busy machine it may be too late for some of them.
    expect(answers.filter((page) => !isIn(page) && page.status !== 503)).toEqual([]);
    expect(answers.filter(isIn).length).toBeGreaterThan(0);
  });

  test('rests after three failures, and its people come in by themselves when it is back, however often they tried', async () => {
    codeOf(await enter('anna'));
    await limits(1000);
    slapd.pause();
    connected.length = 0;
    // The rest lasts as long as the clock stands.
    passes(0);
    for (let tries = 0; tries < 12; tries++) expect((await enter('anna')).status).toBe(503);
    expect(connections()).toBe(3);
    slapd.resume();
    passes(2000);
    codeOf(await enter('anna'));
  });

  test('and was down when the server started works by itself when it is back', async () => {
    await limits(5000);
    codeOf(await enter('anna'));
    await slapd.kill();
    await host.restart({});
    expect((await enter('anna')).status).toBe(503);
    expect((await fetch(`${host.issuer}/readyz`)).status).toBe(200);
    codeOf(await enter('paul', OURS));
    await slapd.restart();
    codeOf(await enter('anna'));
  });
});
