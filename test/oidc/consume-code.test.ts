import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { now } from '../../src/base/clock.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { requestScope } from '../../src/oidc/request-scope/request-scope-middleware.js';
import type { SettingsService } from '../../src/realm/settings/settings-service.js';
import { grants } from '../../src/sessions/grants/grant.js';
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

/** A request that redeems the code once all have read it; returns its status. */
async function redemption(allHaveRead: () => Promise<void>): Promise<number> {
  // The adapter reads no settings, and only the query of the context.
  const settings = { get: () => Promise.resolve({}) } as unknown as SettingsService;
  const ctx = { status: 404, query: {}, req: {} } as unknown as Context;
  await requestScope(
    realm,
    settings,
    () => false,
  )(ctx, async () => {
    await codes.find('code');
    await allHaveRead();
    await codes.consume?.('code');
    ctx.status = 200;
  });
  return ctx.status;
}

test('of two requests that both hold a good code, one is answered, and the other ends the grant', async () => {
  let reading = 2;
  let goOn = (): void => undefined;
  const read = new Promise<void>((resolve) => (goOn = resolve));
  const allHaveRead = (): Promise<void> => {
    if (--reading === 0) goOn();
    return read;
  };

  const statuses = await Promise.all([redemption(allHaveRead), redemption(allHaveRead)]);

  expect(statuses.toSorted()).toEqual([200, 400]);
  expect(await realm.of(grants).get('g')).toHaveProperty('revokedAt');
});
