import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { now } from '../../src/base/clock.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope.js';
import type { Settings } from '../../src/realm/settings.js';
import { grants } from '../../src/sessions/grant.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';

const codes = tokenAdapter('authorization-code');

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore(GRANTED_SPECS);
  realm = opened.store.in('default');
  await grantedIn(realm, now());
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
