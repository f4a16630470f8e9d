/** Requests for one interaction with interleaved reads and writes. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AdapterPayload } from 'oidc-provider';
import type { Context } from 'koa';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { interactionAdapter } from '../../src/oidc/adapter/interaction-adapter.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { tidyInteractionsJob } from '../../src/oidc/interactions/tidy-interactions.js';
import type { Held } from '../../src/storage/leases/lease-holder.js';
import { passes } from '../support/passes.js';
import { hours, seconds } from '../../src/base/clock.js';
import { pushedRequestAdapter } from '../../src/oidc/adapter/pushed-request-adapter.js';
import { PendingRequests } from '../../src/oidc/interactions/pending-requests.js';
import { type PendingUndos, pendingUndos } from '../../src/oidc/request-scope/pending-undos.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope/request-scope.js';
import type { Settings } from '../../src/realm/settings/settings.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { type Database, databases } from '../storage/engines.js';
import { temporaryBox } from '../support/store.js';

const UID = 'uid';
const pending = new PendingRequests();
const waiting = (result?: string): AdapterPayload => ({
  params: { client_id: 'c' },
  ...(result !== undefined && { result: { chosen: result } }),
});

describe.each(databases)('on %s, of an interaction', (_, make) => {
  let database: Database;
  let store: Store;
  let realm: Realm;
  let undos: PendingUndos;
  beforeEach(async () => {
    undos = pendingUndos();
    database = await make();
    store = await openStore({ specs: [interactions], box: temporaryBox(), engine: await database.engine() });
    realm = store.in('default');
    const first = request();
    await first.save(waiting());
    await first.answer();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await store.close();
    await database.drop();
  });

  /** The adapter reads no settings, and only the query and the address of the context. */
  function request() {
    const context = { query: {}, ip: '192.0.2.1' } as unknown as Context;
    const scope = new RequestScope(realm, {} as Settings, context, { undos });
    const adapter = interactionAdapter(pending);
    return {
      find: () => runInScope(scope, async () => adapter.find(UID)),
      save: (payload: AdapterPayload) => runInScope(scope, async () => adapter.upsert(UID, payload, 60)),
      goOn: () => runInScope(scope, async () => adapter.destroy?.(UID)),
      answer: () => runInScope(scope, async () => scope.flush(true)),
      undo: () => runInScope(scope, async () => scope.undo()),
    };
  }
  async function found() {
    const made = request();
    await made.find();
    return made;
  }
  const collection = () => realm.of(interactions).get(hashOf(UID));

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
    expect(await collection()).toMatchObject({ over: true, payload: '{}', clientId: 'c' });
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
    expect(await collection()).toMatchObject({ over: true });
  });

  test('who goes on is not kept from it by a result that comes at the same moment', async () => {
    const [first, second] = [await found(), await found()];
    await second.save(waiting('second'));
    await second.answer();
    await first.goOn();
    expect(await collection()).toMatchObject({ over: true });
  });

  test('that could not be answered, it waits as before', async () => {
    const first = await found();
    await first.goOn();
    await first.undo();
    await (await found()).goOn();
    expect(await collection()).toMatchObject({ over: true });
  });

  test('that ended without an answer, only whose it was is kept, for a day', async () => {
    const tidy = () => Promise.resolve(tidyInteractionsJob(realm).run({} as Held, new AbortController().signal));
    const begun = await collection();
    await tidy();
    expect(await collection()).toEqual(begun);
    passes(seconds(61));
    await tidy();
    const { id, version, expiresAt } = begun ?? {};
    expect(await collection()).toEqual({
      id,
      version: Number(version) + 1,
      expiresAt,
      payload: '{}',
      clientId: 'c',
      over: true,
    });
    await tidy();
    expect(await collection()).toMatchObject({ version: Number(version) + 1 });
  });

  test('too many wait from one address: no more is written, and who sends it is told when to come again', async () => {
    const full = new PendingRequests();
    while (full.take({ network: '192.0.2.1', clientId: 'c', bytes: 1, endsAt: Date.now() + hours(1) }));
    const ctx = { query: {}, ip: '192.0.2.1', set: jest.fn() };
    const scope = new RequestScope(realm, {} as Settings, ctx as unknown as Context);
    for (const adapter of [interactionAdapter(full), pushedRequestAdapter(full)]) {
      const saving = runInScope(scope, async () => adapter.upsert('another', { ...waiting(), clientId: 'c' }, 60));
      await expect(saving).rejects.toMatchObject({ error: 'temporarily_unavailable', statusCode: 429 });
    }
    expect(ctx.set).toHaveBeenCalledWith('Retry-After', '60');
    await scope.flush(true);
    expect(await realm.of(interactions).get(hashOf('another'))).toBeUndefined();
    // A request that waits there already continues.
    const going = await found();
    await going.save(waiting('result'));
    await going.answer();
    expect((await collection())?.payload).toContain('result');
  });

  test('whose document a server of an earlier version wrote, one goes on too', async () => {
    const document = await collection();
    if (!document) throw new Error('It waits.');
    const { version, clientId: _client, endsAt: _ends, ...earlier } = document;
    await realm.of(interactions).replace(earlier, version);
    const [first, second] = [await found(), await found()];
    await first.goOn();
    await expect(second.goOn()).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
