/** What a person of an OpenID provider costs, counted: requests to it, and calls of the store beside those of a password of ours. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { type LyingProvider, startLyingProvider } from '../federation/oidc/lying-provider.js';
import { made } from '../identity/identity-store.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';
import { addProvider, REACHING_LOOPBACK, signInElsewhere } from './provider-realm.js';

const OURS = 'a password of ours';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile roles orders:write' };
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('a person of a provider, on %s', (store) => {
  let provider: LyingProvider;
  let counting: CountingStore;
  const realm = ldapRealm(store);
  const host = useInProcessHost({
    ...{ ...realm, env: { ...realm.env, ...REACHING_LOOPBACK } },
    installation: {
      watch(inner) {
        counting = countCalls(inner, ['changeMarkers']);
        return counting.store;
      },
    },
  });

  beforeAll(async () => {
    provider = await startLyingProvider();
    await addProvider(host, provider);
    const { users, snapshots, assign } = host.parts;
    const paul = made(await users.create(by, { username: 'paul', password: { clear: OURS, generated: false } }));
    const snapshot = await snapshots.read();
    const role = [...snapshot.roles.values()].find(({ name }) => name === 'seller')?.id ?? '';
    await assign(by, users, paul, [{ role }], snapshot);
    isSomebody('user-1');
    // Warm: what is cached is there, and both have signed in from here.
    await login(withPassword);
    await login(elsewhere);
  });
  beforeEach(() => isSomebody('user-1'));
  afterAll(() => provider.pause());

  function isSomebody(sub: string): void {
    provider.tellsTheTruth();
    const address = { email: `${sub}@upstream.test`, email_verified: false };
    provider.lies.claims = (claims) => ({ ...claims, sub, groups: ['sales'], ...address });
    provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, sub } });
  }
  type Enter = (visitor: Visitor, asked: ReturnType<typeof ask>) => Promise<Page>;
  const withPassword: Enter = (visitor, asked) => signIn(visitor, asked, 'paul', OURS);
  const elsewhere: Enter = async (visitor, asked) =>
    signInElsewhere(host, provider, visitor, await visitor.visit(asked.url));

  /** From the first redirect to tokens. */
  async function login(enter: Enter, visitor = new Visitor()) {
    const asked = ask(host, app, ORDERS);
    const { status, body } = await exchange(host, asked, codeOf(await enter(visitor, asked)));
    expect([status, claimsOf(body.access_token)['roles']]).toEqual([200, ['seller']]);
    return body;
  }
  /** What a run asked of the store and of the provider. */
  async function cost(run: () => Promise<unknown>) {
    await host.parts.aggregator.flush();
    provider.requests.length = 0;
    counting.reset();
    await run();
    const { portCalls, calls } = counting.tally();
    return { portCalls, calls, provider: [...provider.requests] };
  }
  /** The calls of the store beyond those of the other run, which are shown if there are too many. */
  function atMost(more: number, one: Awaited<ReturnType<typeof cost>>, other: Awaited<ReturnType<typeof cost>>): void {
    if (one.portCalls <= other.portCalls + more) return;
    expect(one.calls).toEqual(other.calls);
  }

  test('signs in with one request to the provider, and four calls of the store more', async () => {
    const ours = await cost(() => login(withPassword));
    const theirs = await cost(() => login(elsewhere));
    expect([ours.provider, theirs.provider]).toEqual([[], ['token']]);
    atMost(4, theirs, ours);
  });

  test('signs in for the first time with the account made in one commit', async () => {
    const ours = await cost(() => login(withPassword));
    isSomebody('user-2');
    atMost(12, await cost(() => login(elsewhere)), ours);
  });

  test('refreshes as anybody does', async () => {
    const [paul, them] = [await login(withPassword), await login(elsewhere)];
    const refreshed = async (token: string): Promise<void> => {
      expect((await refresh(host, app, token, { resource: ORDERS.resource })).status).toBe(200);
    };
    const ours = await cost(() => refreshed(paul.refresh_token));
    const theirs = await cost(() => refreshed(them.refresh_token));
    expect(theirs.provider).toEqual([]);
    atMost(0, theirs, ours);
  });
});
