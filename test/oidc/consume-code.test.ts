import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/hash-of.js';
import { type User, users } from '../../src/identity/user.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope.js';
import type { Settings } from '../../src/realm/settings.js';
import { grants } from '../../src/sessions/grant.js';
import { tokens } from '../../src/sessions/token.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';

const codes = tokenAdapter('authorization-code');

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([tokens, grants, users]);
  realm = opened.store.in('default');
  const at = now();
  const user: User = {
    id: 'u',
    createdAt: at,
    since: at,
    state: 'active',
    username: 'u',
    profile: {},
    emailVerified: false,
    attributes: [],
    edges: [],
    within: [],
    roleIds: [],
    terms: [],
  };
  await realm.of(users).insert(user);
  await realm.of(grants).insert({
    id: 'g',
    userId: 'u',
    clientId: 'c',
    startedAt: at,
    payload: '{}',
    expiresAt: at + 60_000,
  });
  await realm.of(tokens).insert({
    id: hashOf('code'),
    kind: 'authorization-code',
    clientId: 'c',
    userId: 'u',
    grantId: 'g',
    sessionBound: false,
    issuedAt: at,
    payload: '{}',
    expiresAt: at + 60_000,
  });
});
afterEach(() => opened.close());

/** A request that has read the code and not consumed it yet. */
async function requestWithCode(): Promise<() => Promise<void>> {
  // The adapter reads nothing of the settings, and of the context nothing but the query.
  const scope = new RequestScope(realm, {} as Settings, { query: {} } as Context);
  await runInScope(scope, () => Promise.resolve(codes.find('code')));
  return () => runInScope(scope, async () => codes.consume?.('code'));
}

test('of two requests that both hold a good code, the second to consume it ends the grant of the first', async () => {
  const first = await requestWithCode();
  const second = await requestWithCode();

  await first();
  expect(await realm.of(grants).get('g')).not.toHaveProperty('revokedAt');

  await expect(second()).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await realm.of(grants).get('g')).toHaveProperty('revokedAt');
});
