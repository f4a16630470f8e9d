/** Grants in a real store: who still finds one, and what a save of the library makes of it. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { users } from '../../src/identity/users/user.js';
import { grantAdapter } from '../../src/oidc/adapter/grant-adapter.js';
import type { RequestScope } from '../../src/oidc/request-scope/request-scope.js';
import { type Grant, grants } from '../../src/sessions/grants/grant.js';
import { revokeGrant } from '../../src/sessions/grants/revoke-grant.js';
import { sessions } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { passes } from '../support/passes.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';
import { inRequest, libraryClient } from './request.js';

const PAYLOAD = { accountId: 'u', clientId: 'c', openid: { scope: 'openid email' } };

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([...GRANTED_SPECS, sessions]);
  realm = opened.store.in('default');
  await grantedIn(realm, now());
});
afterEach(async () => {
  jest.restoreAllMocks();
  await opened.close();
});

type About = Omit<NonNullable<Parameters<typeof inRequest>[1]>, 'realm'>;

const found = (about: About = {}, id = 'g') => inRequest(() => grantAdapter.find(id), { realm, ...about });

/** Saves a grant in a request of its own, and gives it as stored. */
async function saved(id: string, about: About = {}, prepare?: (scope: RequestScope) => unknown): Promise<Grant> {
  await inRequest(
    async (scope) => {
      await prepare?.(scope);
      await grantAdapter.upsert(id, PAYLOAD, 60);
      await scope.flush(true);
    },
    { realm, ...about },
  );
  return stored(id);
}

async function stored(id: string): Promise<Grant> {
  const grant = await realm.of(grants).get(id);
  if (!grant) throw new Error('It is not stored.');
  return grant;
}

describe('a grant is found', () => {
  test('by its id, and by no other', async () => {
    await saved('g');
    expect(await found()).toMatchObject({ ...PAYLOAD, jti: 'g' });
    expect(await found({}, 'other')).toBeUndefined();
  });

  test('no more once it was revoked', async () => {
    await inRequest(() => grantAdapter.destroy?.('g'), { realm });
    expect((await stored('g')).revokedAt).toBeLessThanOrEqual(now());
    expect(await found()).toBeUndefined();
  });

  test('no more once its user is disabled, or was signed out everywhere', async () => {
    const change = (about: object) => realm.of(users).change('u', ({ version: _, ...user }) => ({ ...user, ...about }));
    await change({ blocks: [{ by: 'administrator', since: 0 }] });
    expect(await found()).toBeUndefined();
    await change({ blocks: [] });
    expect(await found()).toBeDefined();
    await change({ signedOutAt: 1 });
    expect(await found()).toBeUndefined();
  });

  test('for the client that it was made for, and for no later one with its id', async () => {
    const client = (createdAt: number) => ({ clients: { get: async () => ({ createdAt }) } });
    await saved('new', client(5));
    expect((await stored('new')).clientMade).toBe(5);
    expect(await found(client(5), 'new')).toBeDefined();
    expect(await found(client(6), 'new')).toBeUndefined();
    expect(await found({ clients: { get: async () => undefined } }, 'new')).toBeUndefined();
  });

  test('without the scopes that its client may no longer request, which stay stored', async () => {
    await saved('new');
    const at = (id: string) => ({ oidc: { client: libraryClient({ id, scopes: ['openid'] }) } });
    expect(await found(at('c'), 'new')).toMatchObject({ openid: { scope: 'openid' } });
    expect(await found(at('another'), 'new')).toMatchObject({ openid: { scope: 'openid email' } });
    expect((await stored('new')).payload).toContain('email');
  });
});

describe('a grant that the library saves', () => {
  test('is written with the answer, and not if there is none', async () => {
    await inRequest(
      async (scope) => {
        await grantAdapter.upsert('new', PAYLOAD, 60);
        expect(await realm.of(grants).get('new')).toBeUndefined();
        await scope.flush(false);
      },
      { realm },
    );
    expect(await realm.of(grants).get('new')).toBeUndefined();
  });

  test('lasts as long as its longest-lived token', async () => {
    const { expiresAt } = await saved('new');
    expect(expiresAt - now()).toBeGreaterThan(50_000);
    expect(expiresAt - now()).toBeLessThanOrEqual(60_000);
  });

  test('keeps when it began, and what another tab has added meanwhile', async () => {
    const { startedAt } = await stored('g');
    passes(minutes(0.5));
    const grant = await saved('g', {}, async (scope) => {
      await scope.reads.grant('g');
      await saved('g', {}, () =>
        realm.of(grants).change('g', ({ version: _, ...before }) => ({
          ...before,
          payload: '{"openid":{"scope":"phone"}}',
        })),
      );
    });
    expect(grant).toMatchObject({ startedAt, signOutEpoch: 0 });
    expect(JSON.parse(grant.payload)).toMatchObject({ openid: { scope: 'phone openid email' } });
  });

  test('that was revoked meanwhile stays revoked', async () => {
    const grant = await saved('g', {}, async (scope) => {
      await scope.reads.grant('g');
      await revokeGrant(realm, 'g', now());
    });
    expect(grant.revokedAt).toBeDefined();
  });

  test.each([{ accountId: 'u' }, { clientId: 'c' }])(
    'needs a user and a client, and %j is not both',
    async (payload) => {
      await expect(inRequest(() => grantAdapter.upsert('new', payload, 60), { realm })).rejects.toThrow(
        'A grant needs a user and a client.',
      );
    },
  );
});

describe('a sign-out everywhere ends a new grant by the epoch', () => {
  beforeEach(async () => {
    await realm.of(sessions).insert({
      id: 's',
      cookie: hashOf('cookie'),
      userId: 'u',
      startedAt: now(),
      signOutEpoch: 7,
      proofs: [],
      clients: [],
      payload: '{}',
      expiresAt: now() + minutes(1),
    });
  });
  const inSession = (about: object = {}) => ({ oidc: { session: { uid: 's' }, ...about } });
  const byCookie = (scope: RequestScope) => scope.reads.sessionByCookie(hashOf('cookie'));

  test('of the session whose cookie the browser sent', async () => {
    const login = { accountId: 'u', signOutEpoch: 5 };
    expect(await saved('new', inSession({ result: { login } }), byCookie)).toMatchObject({
      signOutEpoch: 7,
      sessionUid: 's',
    });
  });

  test('of the session in which the interaction of a sign-in page began', async () => {
    const grant = await saved('new', {}, (scope) => scope.continueInteraction({ uid: 's' }));
    expect(grant).toMatchObject({ signOutEpoch: 7, sessionUid: 's' });
  });

  test('of the sign-in by which the session becomes this person’s', async () => {
    const login = { accountId: 'u', signOutEpoch: 5 };
    expect(await saved('new', inSession({ result: { login } }))).toMatchObject({ signOutEpoch: 5 });
    const earlier = { accountId: 'u', startedAt: 21 };
    expect(await saved('newer', inSession({ result: { login: earlier } }))).toMatchObject({ signOutEpoch: 20 });
  });

  test('of this moment, if the session is another person’s', async () => {
    await realm.of(sessions).change('s', ({ version: _, ...session }) => ({ ...session, userId: 'other' }));
    const login = { accountId: 'other', signOutEpoch: 5 };
    const before = now();
    const { signOutEpoch } = await saved('new', inSession({ result: { login } }), byCookie);
    expect(signOutEpoch).toBeGreaterThanOrEqual(before - 1);
    expect(signOutEpoch).toBeLessThan(now());
  });
});
