import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { replacingAll } from '../../src/changes/patched-input.js';
import { readInput } from '../../src/base/problems/read-input.js';
import { placedSentence } from '../../src/sentences/sentence.js';
import { GatehouseError, StoreUnavailable } from '../../src/base/errors.js';
import { newId } from '../../src/base/crypto/ids.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { STALE_AFTER } from '../../src/changes/caching/caches.js';
import { changeMarkers } from '../../src/changes/caching/change-marker.js';
import type { Saved } from '../../src/changes/change-result.js';
import { clients } from '../../src/realm/clients/client.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { compareSecret } from '../../src/realm/clients/client-secret.js';
import { ClientService } from '../../src/realm/clients/client-service.js';
import { gatehouseApi } from '../../src/realm/resource-servers/gatehouse-api.js';
import { resourceServers } from '../../src/realm/resource-servers/resource-server.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { ResourceServerService } from '../../src/realm/resource-servers/resource-server-service.js';
import { settings } from '../../src/realm/settings/settings.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { SettingsService, UNSAVED } from '../../src/realm/settings/settings-service.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import { changingStore, host, type Process, processOn } from '../changes/one-process.js';
import type { TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
beforeAll(async () => {
  opened = await changingStore([clients, resourceServers, settings, usedUserIds]);
});
afterAll(() => opened.close());

/** The services of one process over the one store. */
function servicesOf(process: Process) {
  const servers = new ResourceServerService(process);
  const realmSettings = new SettingsService(process);
  return {
    ...process,
    servers,
    clients: new ClientService({ ...process, resourceServers: servers, settings: realmSettings }),
    settings: realmSettings,
  };
}
function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

let here: ReturnType<typeof servicesOf>;
let services: ReturnType<typeof servicesOf>;
let id: string;
beforeEach(async () => {
  here = servicesOf(processOn(opened.store));
  services = servicesOf(processOn(opened.store));
  await services.caches.readMarkers();
  id = newId();
});
const inputOf = (more: object = {}) =>
  clientInput.parse({ id, name: 'Shop', redirectUris: ['https://shop.example/cb'], ...more });
const GIVEN = 'w9vQ2mZr7Tf0Lk5Xb8Ny1Pc4Hd6Jg3Sa';

describe('a client', () => {
  test('is made with a secret that is shown once and opens it', async () => {
    const { client, secret } = done(await here.clients.create(host, inputOf()));
    expect(secret).toBeDefined();
    expect(compareSecret(client, secret ?? '', Date.now())).toBe(true);
    expect(await here.clients.get(id)).toEqual(client);
  });

  test('takes a secret that is given, unless it is weak', async () => {
    expect(await here.clients.create(host, inputOf(), 'hunter2')).toMatchObject({
      ok: false,
      refusal: { code: 'invalid' },
    });
    const { client } = done(await here.clients.create(host, inputOf(), GIVEN));
    expect(client.secrets.map(({ hash }) => hash)).toEqual([hashOf(GIVEN)]);
    expect(await here.clients.setSecret(host, id, 1, 'hunter2')).toMatchObject({
      ok: false,
      refusal: { code: 'invalid' },
    });
  });

  test('that authenticates by none has no secret, can be given none, and loses those it had', async () => {
    const open = inputOf({ authentication: 'none' });
    expect(await here.clients.create(host, open, GIVEN)).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
    const made = done(await here.clients.create(host, open));
    expect([made.secret, made.client.secrets]).toEqual([undefined, []]);
    expect(await here.clients.setSecret(host, id, 1, GIVEN)).toMatchObject({ ok: false, refusal: { code: 'invalid' } });

    id = newId();
    done(await here.clients.create(host, inputOf(), GIVEN));
    expect(
      done(await here.clients.update(host, id, replacingAll(clientInput, inputOf({ authentication: 'none' })), 1))
        .secrets,
    ).toEqual([]);
  });

  test('keeps secrets and assignments when it is updated, and is not written when nothing changes', async () => {
    const { client } = done(await here.clients.create(host, inputOf(), GIVEN));
    const assignment = {
      id: 'e',
      kind: 'role',
      target: 'r',
      grantedBy: 'host:root',
      grantedAt: 1,
      limitations: [],
    } as const;
    const withAssignment = done(
      await here.clients.replaceAssignments(host, id, [{ ...assignment, limitations: [] }], client.version),
    );
    expect(
      done(await here.clients.update(host, id, replacingAll(clientInput, inputOf()), withAssignment.version)),
    ).toEqual(withAssignment);
    const renamed = done(
      await here.clients.update(
        host,
        id,
        replacingAll(clientInput, inputOf({ name: 'Store' })),
        withAssignment.version,
      ),
    );
    expect(renamed).toMatchObject({
      name: 'Store',
      assignments: [assignment],
      secrets: client.secrets,
      version: 3,
      since: withAssignment.since,
    });
  });

  test('gets a new only secret, and is not written when it has that one', async () => {
    const { client } = done(await here.clients.create(host, inputOf()));
    const set = done(await here.clients.setSecret(host, id, client.version, GIVEN));
    expect(set.client.secrets.map(({ hash }) => hash)).toEqual([hashOf(GIVEN)]);
    expect(done(await here.clients.setSecret(host, id, 2, GIVEN))).toEqual({ client: set.client });
  });

  test('is refused when its id is in use, its version old, or its resource server unknown', async () => {
    done(await here.clients.create(host, inputOf()));
    expect(await here.clients.create(host, inputOf())).toMatchObject({
      ok: false,
      refusal: { code: 'taken', problems: [{ path: ['id'] }] },
    });
    expect(await here.clients.update(host, id, replacingAll(clientInput, inputOf({ name: 'x' })), 7)).toMatchObject({
      ok: false,
      refusal: { code: 'changed' },
    });
    id = newId();
    expect(await here.clients.update(host, id, replacingAll(clientInput, inputOf()), 1)).toMatchObject({
      ok: false,
      refusal: { code: 'missing' },
    });
    expect(await here.clients.create(host, inputOf({ resourceServers: ['urn:unknown'] }))).toMatchObject({
      ok: false,
      refusal: { code: 'invalid' },
    });
  });

  test('changed elsewhere is seen here once the markers are read, and one just made at once', async () => {
    expect(await services.clients.get(id)).toBeUndefined();
    done(await here.clients.create(host, inputOf()));
    expect(await services.clients.get(id)).toMatchObject({ name: 'Shop' });
    done(await here.clients.update(host, id, replacingAll(clientInput, inputOf({ name: 'Store' })), 1));
    expect(await here.clients.get(id)).toMatchObject({ name: 'Store' });
    await services.caches.readMarkers();
    expect(await services.clients.get(id)).toMatchObject({ name: 'Store' });
  });
});

describe('a resource server', () => {
  const serverOf = (more: object = {}) =>
    resourceServerInput.parse({
      identifier: `urn:api:${id}`,
      name: 'Orders',
      permissions: [{ name: 'orders:read' }],
      ...more,
    });

  test('is made once, found by its identifier, and changed whole', async () => {
    const made = done(await here.servers.create(host, serverOf()));
    expect(await here.servers.get(`urn:api:${id}`)).toEqual(made);
    expect(await here.servers.create(host, serverOf())).toMatchObject({
      ok: false,
      refusal: { code: 'taken', problems: [{ path: ['identifier'] }] },
    });
    expect(
      done(await here.servers.update(host, serverOf().identifier, replacingAll(resourceServerInput, serverOf()), 1)),
    ).toEqual(made);
    const permissions = [{ name: 'orders:write', description: 'Change orders.', implies: [] }];
    expect(
      done(
        await here.servers.update(
          host,
          serverOf().identifier,
          replacingAll(resourceServerInput, serverOf({ permissions })),
          1,
        ),
      ),
    ).toMatchObject({
      permissions,
      version: 2,
    });
    expect(
      await here.servers.update(host, serverOf().identifier, replacingAll(resourceServerInput, serverOf()), 1),
    ).toMatchObject({ ok: false, refusal: { code: 'changed' } });
  });

  test('changed elsewhere is seen here once the markers are read', async () => {
    expect((await services.servers.all()).has(`urn:api:${id}`)).toBe(false);
    done(await here.servers.create(host, serverOf()));
    await services.caches.readMarkers();
    expect((await services.servers.all()).has(`urn:api:${id}`)).toBe(true);
  });
});

describe('a resource server as it is asked for', () => {
  const faults = (input: object): string[] => {
    const read = readInput(resourceServerInput, { identifier: 'urn:api', name: 'Orders', ...input });
    return read.ok ? [] : read.problems.map((problem) => placedSentence(problem, 'en'));
  };

  test.each(['urn:gatehouse:api', 'https://api.example', 'https://api.example/v1?x=1'])(
    'may be named %s',
    (identifier) => {
      expect(faults({ identifier })).toEqual([]);
    },
  );

  test.each(['api', '/api', 'https://api.example#x', 'https://api.example/a b', 'urn:', ''])(
    'may not be named %j',
    (identifier) => {
      expect(faults({ identifier })).toHaveLength(1);
    },
  );

  test.each([
    'Örders',
    '__proto__',
    'constructor',
    'orders:',
    ':read',
    'orders::read',
    'orders read',
    '*',
    'orders:*',
    '',
  ])('declares no permission named %j', (name) => {
    expect(faults({ permissions: [{ name }] })[0]).toContain('permissions.0.name');
  });

  test('declares no permission twice, and none that is a scope of the person', () => {
    expect(faults({ permissions: [{ name: 'a' }, { name: 'a' }] })).toEqual([
      'permissions.1.name: a is declared twice.',
    ]);
    expect(faults({ permissions: [{ name: 'profile' }] })[0]).toContain('profile is a scope of OpenID Connect');
  });

  test('implies only what it declares, and in no circle, which is named', () => {
    expect(faults({ permissions: [{ name: 'a', implies: ['b'] }] })[0]).toContain('a implies b, which is not declared');
    const circle = [
      { name: 'start', implies: ['a'] },
      { name: 'a', implies: ['b'] },
      { name: 'b', implies: ['c'] },
      { name: 'c', implies: ['a'] },
    ];
    expect(faults({ permissions: circle })).toEqual([
      'permissions: These imply one another in a circle: a -> b -> c -> a.',
    ]);
    expect(faults({ permissions: [{ name: 'a', implies: ['a'] }] })[0]).toContain('a -> a');
  });

  test('may imply the same by two ways', () => {
    const diamond = [
      { name: 'a', implies: ['b', 'c'] },
      { name: 'b', implies: ['d'] },
      { name: 'c', implies: ['d'] },
      { name: 'd' },
    ];
    expect(faults({ permissions: diamond })).toEqual([]);
  });

  test('is what Gatehouse itself is', () => {
    expect(resourceServerInput.parse(gatehouseApi)).toEqual(gatehouseApi);
  });
});

test('settings are the defaults until they are saved, and the same everywhere once the markers are read', async () => {
  const before = await services.settings.get();
  expect(before).toMatchObject({ version: UNSAVED, name: 'Gatehouse' });
  const input = settingsInput.parse({ name: 'Acme', session: { idleSeconds: 600 } });
  const saved = done(await here.settings.save(host, input, UNSAVED));
  expect(saved).toMatchObject({ version: 1, name: 'Acme', session: { idleSeconds: 600, absoluteSeconds: 86_400 } });
  expect(await here.settings.get()).toEqual(saved);
  await services.caches.readMarkers();
  expect(await services.settings.get()).toEqual(saved);
  expect(done(await here.settings.save(host, input, 1))).toEqual(saved);
  expect(await here.settings.save(host, input, UNSAVED)).toMatchObject({ ok: false, refusal: { code: 'changed' } });
  expect(settingsInput.safeParse({ session: { idleSeconds: 900, absoluteSeconds: 600 } }).success).toBe(false);
});

describe('settings that were read before', () => {
  /** A process whose reads of one kind begin to fail. */
  async function known() {
    const fails: { of?: string; with?: Error } = {};
    const failing = <T extends { of: (spec: never) => unknown }>(place: T): T => ({
      ...place,
      of(spec: { readonly name: string }) {
        const collection = place.of(spec as never) as {
          get(id: string): Promise<unknown>;
          find(...given: unknown[]): unknown;
        };
        const check = () => {
          if (fails.with && fails.of === spec.name) throw fails.with;
        };
        return {
          ...collection,
          async get(id: string) {
            check();
            return collection.get(id);
          },
          async find(...given: unknown[]) {
            check();
            return collection.find(...given);
          },
        };
      },
    });
    const store = {
      ...opened.store,
      in: (realm: string) => failing(opened.store.in(realm)),
      installation: failing(opened.store.installation),
    };
    const process = processOn(store);
    const service = new SettingsService(process);
    await service.get();
    return { ...process, service, fails };
  }

  test.each([
    ['the store is away', new StoreUnavailable('the test says so')],
    ['the document does not open', new GatehouseError('seal-broken', 'It does not open.')],
    ['of a bug', new TypeError('undefined is not a function')],
  ])('are not given once they changed and can not be read anew because %s', async (_, error) => {
    const { service, caches, fails } = await known();
    const { name, version } = await service.get();
    const { session, refreshTokenIdleSeconds } = await service.get();
    const input = settingsInput.parse({
      name,
      session: { ...session, idleSeconds: session.idleSeconds - 1 },
      refreshTokenIdleSeconds,
    });
    done(await here.settings.save(host, input, version));
    await caches.readMarkers();
    Object.assign(fails, { of: settings.name, with: error });
    await expect(service.get()).rejects.toBe(error);
    expect(service.lastRead().name).toBe(name);
  });

  test('are not given when nobody knows whether they changed', async () => {
    const { service, fails } = await known();
    Object.assign(fails, { of: changeMarkers.name, with: new StoreUnavailable('the test says so') });
    await service.get();
    const at = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(at + STALE_AFTER + 1);
    try {
      await expect(service.get()).rejects.toBeInstanceOf(StoreUnavailable);
    } finally {
      clock.mockRestore();
    }
  });
});
