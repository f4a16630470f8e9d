/** What a person of a directory costs, counted: operations of the directory, and calls of the store beside those of a password of ours. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, confirmedAgo, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const OURS = 'a password of ours';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile roles orders:write' };
const app = application('public');
const MINUTE = 60_000;
const names = ['anna', 'boris'];

describe.each(['sqlite', 'mongodb'] as const)('a person of a directory, on %s', (store) => {
  let slapd: Slapd;
  let counting: CountingStore;
  const host = useInProcessHost({
    ...ldapRealm(store),
    installation: {
      watch(inner) {
        counting = countCalls(inner, ['changeMarkers']);
        return counting.store;
      },
    },
  });

  beforeAll(async () => {
    slapd = await startSlapd({ entries: names.map((uid) => person(uid)).join(''), added: salesOf(names) });
    const subject = { base: PEOPLE, groups: { base: GROUPS, from: 'memberOf' } };
    expect(await host.parts.connectors.create(by, corpInput(slapd, { subject }))).toMatchObject({ ok: true });
    const password = { clear: OURS, generated: false };
    const made = await host.parts.users.create(by, { username: 'paul', password });
    if (!made.ok) throw new Error('There is no paul.');
    const snapshot = await host.parts.snapshots.read();
    const role = [...snapshot.roles.values()].find(({ name }) => name === 'seller')?.id ?? '';
    await host.parts.assign(by, host.parts.users, made.value, [{ role }], snapshot);
    // Warm: what is cached is there, and both have signed in from here.
    await login('paul', OURS);
    await login('anna');
  });
  afterAll(() => slapd.stop());

  /** From the first redirect to tokens. */
  async function login(name: string, password = PASSWORD, visitor = new Visitor()) {
    const asked = ask(host, app, { ...ORDERS, prompt: 'login' });
    const { status, body } = await exchange(host, asked, codeOf(await signIn(visitor, asked, name, password)));
    expect([status, claimsOf(body.access_token)['roles']]).toEqual([200, ['seller']]);
    return body;
  }
  const refreshed = async (token: string) => {
    const { status, body } = await refresh(host, app, token, { resource: ORDERS.resource });
    expect([status, claimsOf(body.access_token)['roles']]).toEqual([200, ['seller']]);
    return body;
  };
  /** What a run asked of the store and of the directory. */
  async function cost(run: () => Promise<unknown>) {
    await host.parts.aggregator.flush();
    const before = (await slapd.operations()).length;
    counting.reset();
    await run();
    const { portCalls, calls } = counting.tally();
    const directory = (await slapd.operations()).slice(before).map((line) => line.split(' ')[0]);
    return { portCalls, calls, directory };
  }
  /** The calls of the store beyond those of the other run, which are shown if there are too many. */
  function atMost(more: number, one: Awaited<ReturnType<typeof cost>>, other: Awaited<ReturnType<typeof cost>>): void {
    if (one.portCalls <= other.portCalls + more) return;
    expect(one.calls).toEqual(other.calls);
  }

  test('signs in with two searches beside the one bind, and three calls of the store more', async () => {
    const ours = await cost(() => login('paul', OURS));
    const theirs = await cost(() => login('anna'));
    expect([ours.directory, theirs.directory]).toEqual([[], ['SRCH', 'BIND', 'SRCH']]);
    atMost(3, theirs, ours);
  });

  test('signs in with as many where groups have to be searched for', async () => {
    await changeConnector(host, { subject: { base: PEOPLE, groups: { base: GROUPS, from: 'search' } } });
    await login('anna');
    expect((await cost(() => login('anna'))).directory).toEqual(['SRCH', 'BIND', 'SRCH']);
    await changeConnector(host, { subject: { base: PEOPLE, groups: { base: GROUPS, from: 'memberOf' } } });
    await login('anna');
  });

  test('signs in from a browser that is known with no more either', async () => {
    const [paul, anna] = [new Visitor(), new Visitor()];
    await login('paul', OURS, paul);
    await login('anna', PASSWORD, anna);
    const ours = await cost(() => login('paul', OURS, paul));
    const theirs = await cost(() => login('anna', PASSWORD, anna));
    expect(theirs.directory).toEqual(['SRCH', 'BIND', 'SRCH']);
    atMost(3, theirs, ours);
  });

  test('signs in for the first time with the account made in one commit', async () => {
    const ours = await cost(() => login('paul', OURS));
    const first = await cost(() => login('boris'));
    expect(first.directory).toEqual(['SRCH', 'BIND', 'SRCH']);
    atMost(15, first, ours);
  });

  test('refreshes as anybody does, and with one search and one call more where the directory is asked again', async () => {
    const paul = await login('paul', OURS);
    const ours = await cost(() => refreshed(paul.refresh_token));
    let token = (await login('anna')).refresh_token;
    const id = String(claimsOf((await login('anna')).id_token)['sub']);
    const again = (): Promise<unknown> => refreshed(token).then((body) => (token = body.refresh_token));
    const young = await cost(again);
    expect(young.directory).toEqual([]);
    atMost(0, young, ours);
    for (const [ago, more] of [
      [20 * MINUTE, 1],
      // The confirmation is written, too.
      [70 * MINUTE, 2],
    ] as const) {
      await confirmedAgo(host, id, ago);
      const asked = await cost(again);
      expect(asked.directory).toEqual(['SRCH']);
      atMost(more, asked, ours);
    }
  });
});
