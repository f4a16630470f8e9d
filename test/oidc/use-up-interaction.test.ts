/** Requests about one interaction whose reads and writes fall between each other's. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterPayload } from 'oidc-provider';
import type { Context } from 'koa';
import { hashOf } from '../../src/base/hash-of.js';
import { interactionAdapter } from '../../src/oidc/adapter/interaction-adapter.js';
import { interactions } from '../../src/oidc/interaction-document.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope.js';
import type { Settings } from '../../src/realm/settings.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { type Database, databases } from '../storage/engines.js';
import { temporaryBox } from '../support/store.js';

const UID = 'uid';
const waiting = (result?: string): AdapterPayload => ({
  params: { client_id: 'c' },
  ...(result !== undefined && { result: { chosen: result } }),
});

describe.each(databases)('on %s, of an interaction', (_, make) => {
  let database: Database;
  let store: Store;
  let realm: Realm;
  beforeEach(async () => {
    database = await make();
    store = await openStore({ specs: [interactions], box: temporaryBox(), engine: await database.engine() });
    realm = store.in('default');
    const first = request();
    await first.save(waiting());
    await first.answer();
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  /** The adapter reads nothing of the settings, and of the context nothing but the query. */
  function request() {
    const scope = new RequestScope(realm, {} as Settings, { query: {} } as Context);
    return {
      find: () => runInScope(scope, async () => interactionAdapter.find(UID)),
      save: (payload: AdapterPayload) => runInScope(scope, async () => interactionAdapter.upsert(UID, payload, 60)),
      goOn: () => runInScope(scope, async () => interactionAdapter.destroy?.(UID)),
      answer: () => runInScope(scope, async () => scope.flush(true)),
      undo: () => runInScope(scope, async () => scope.undo()),
    };
  }
  async function found() {
    const made = request();
    await made.find();
    return made;
  }
  const kept = () => realm.of(interactions).get(hashOf(UID));

  test('the second that goes on is told that it is over', async () => {
    const [first, second] = [await found(), await found()];
    await first.goOn();
    await expect(second.goOn()).rejects.toMatchObject({ error: 'invalid_request' });
    expect(await (await found()).find()).toBeUndefined();
  });

  test('a result that comes after it went on brings it not back to life', async () => {
    const [late, first] = [await found(), await found()];
    await late.save(waiting('late'));
    await first.goOn();
    await late.answer();
    expect(await kept()).toMatchObject({ over: true, payload: '{}', clientId: 'c' });
    await expect((await found()).goOn()).rejects.toMatchObject({ error: 'invalid_request' });
  });

  test('two results at once are both taken, and it goes on once', async () => {
    const [first, second] = [await found(), await found()];
    await first.save(waiting('first'));
    await second.save(waiting('second'));
    await first.answer();
    await second.answer();
    expect(await (await found()).find()).toMatchObject({ result: { chosen: 'second' } });
    await (await found()).goOn();
    expect(await kept()).toMatchObject({ over: true });
  });

  test('who goes on is not kept from it by a result that comes at the same moment', async () => {
    const [first, second] = [await found(), await found()];
    await second.save(waiting('second'));
    await second.answer();
    await first.goOn();
    expect(await kept()).toMatchObject({ over: true });
  });

  test('that could not be answered, it waits as before', async () => {
    const first = await found();
    await first.goOn();
    await first.undo();
    await (await found()).goOn();
    expect(await kept()).toMatchObject({ over: true });
  });

  test('whose document a server of an earlier version wrote, one goes on too', async () => {
    const document = await kept();
    if (!document) throw new Error('It waits.');
    const { version, clientId: _client, endsAt: _ends, ...earlier } = document;
    await realm.of(interactions).replace(earlier, version);
    const [first, second] = [await found(), await found()];
    await first.goOn();
    await expect(second.goOn()).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
