import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { replacingAll } from '../../src/changes/patched-input.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { Saved } from '../../src/changes/change-result.js';
import { ClientOrigins } from '../../src/realm/clients/client-origins.js';
import { type Client, clients } from '../../src/realm/clients/client.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { ClientService } from '../../src/realm/clients/client-service.js';
import { resourceServers } from '../../src/realm/resource-servers/resource-server.js';
import { ResourceServerService } from '../../src/realm/resource-servers/resource-server-service.js';
import { settings } from '../../src/realm/settings/settings.js';
import { SettingsService } from '../../src/realm/settings/settings-service.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import { countCalls } from '../../src/storage/counting.js';
import type { Stored } from '../../src/storage/spec.js';
import { changingStore, host, processOn } from '../changes/one-process.js';
import type { TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
beforeAll(async () => {
  opened = await changingStore([clients, resourceServers, settings, usedUserIds]);
});
afterAll(() => opened.close());

/** One process, and what it asks of the store. */
function started() {
  const counting = countCalls(opened.store, ['changeMarkers']);
  const process = processOn(counting.store);
  const service = new ClientService({
    ...process,
    resourceServers: new ResourceServerService(process),
    settings: new SettingsService(process),
  });
  return { counting, caches: process.caches, clients: service, origins: new ClientOrigins(process) };
}
const inputOf = (id: string, allowedOrigins: readonly string[]) =>
  clientInput.parse({
    ...{ id, name: id, authentication: 'none', redirectUris: ['https://app.example/cb'] },
    allowedOrigins,
  });
function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
const made = async (service: ClientService, origins: readonly string[]): Promise<Stored<Client>> =>
  done(await service.create(host, inputOf(newId(), origins))).client;

test('an origin is known from when a client has it until none has it, in every process', async () => {
  const here = started();
  const second = started();
  await second.caches.readMarkers();
  expect([await here.origins.has('https://a.example'), await second.origins.has('https://a.example')]).toEqual([
    false,
    false,
  ]);
  const first = await made(here.clients, ['https://a.example', 'https://b.example']);
  const two = await made(here.clients, ['https://a.example']);
  await second.caches.readMarkers();
  for (const { origins } of [here, second]) {
    expect([await origins.has('https://a.example'), await origins.has('https://b.example')]).toEqual([true, true]);
    expect([await origins.has('https://a.example.'), await origins.has('null')]).toEqual([false, false]);
  }
  await here.clients.update(host, first.id, replacingAll(clientInput, inputOf(first.id, [])), first.version);
  await second.caches.readMarkers();
  for (const { origins } of [here, second])
    expect([await origins.has('https://a.example'), await origins.has('https://b.example')]).toEqual([true, false]);
  await here.clients.update(host, two.id, replacingAll(clientInput, inputOf(two.id, [])), two.version);
  await second.caches.readMarkers();
  for (const { origins } of [here, second]) expect(await origins.has('https://a.example')).toBe(false);
});

test('strangers who ask cost the store nothing, and a client that changes costs one read, however many there are', async () => {
  const { clients: service, origins, counting } = started();
  for (let count = 0; count < 30; count++) await made(service, [`https://c${count}.example`]);
  const first = await made(service, ['https://d.example']);
  await origins.has('https://c1.example');
  counting.reset();
  for (let count = 0; count < 1000; count++) expect(await origins.has(`https://nobody${count}.example`)).toBe(false);
  expect(counting.tally().portCalls).toBe(0);
  await service.update(
    host,
    first.id,
    replacingAll(clientInput, inputOf(first.id, ['https://e.example'])),
    first.version,
  );
  counting.reset();
  expect([await origins.has('https://e.example'), await origins.has('https://d.example')]).toEqual([true, false]);
  expect(counting.tally().calls).toEqual(['clients.getMany']);
});

test('a change that comes while clients are read is not missed', async () => {
  const { clients: service, origins } = started();
  const lookup = origins.has('https://f.example');
  await made(service, ['https://f.example']);
  await lookup;
  expect(await origins.has('https://f.example')).toBe(true);
});
