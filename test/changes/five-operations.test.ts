/** Every kind of thing is created, read, listed, updated and removed alike. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/changes/actor.js';
import type { Saved } from '../../src/changes/change-result.js';
import type { Parts } from '../../src/app/parts.js';
import type { Page, PageRequest } from '../../src/base/paging.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { connectorOf, testKind } from '../federation/connectors/test-kind.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

interface Thing {
  readonly version: number;
}

/** One kind, by the operations that all have. */
interface Kind {
  readonly kind: string;
  /** @returns how the others address it */
  create(parts: Parts, name: string): Promise<Saved<unknown>>;
  id(thing: Thing): string;
  get(parts: Parts, id: string): Promise<Thing | undefined>;
  list(parts: Parts, page: PageRequest): Promise<Page<Thing>>;
  update(parts: Parts, id: string, patch: object, expected: number): Promise<Saved<Thing>>;
  remove(parts: Parts, id: string, expected: number): Promise<Saved<unknown>>;
  /** An optional field with a value, and another field that has one. */
  readonly optional: readonly [field: string, value: unknown];
  readonly other: string;
  /** A patch that breaks a rule of the kind. */
  readonly broken: object;
}

const field = (thing: object | undefined, name: string): unknown =>
  (thing as Record<string, unknown> | undefined)?.[name];
const idOf = (thing: Thing): string => String(field(thing, 'id'));
type Service = 'connectors' | 'users' | 'groups' | 'roles' | 'clients' | 'resourceServers';
type Update = (by: Actor, id: string, patch: object, expected: number) => Promise<Saved<Thing>>;
const updater =
  (service: Service): Kind['update'] =>
  (parts, id, patch, expected) =>
    // Each patch of the table is of the kind that it stands at, which the type of the table does not say.
    (parts[service].update as Update).call(parts[service], by, id, patch, expected);

const KINDS: readonly Kind[] = [
  {
    kind: 'user',
    create: ({ users }, username) => users.create(by, { username, email: `${username}@x.test` }),
    id: idOf,
    get: ({ users }, id) => users.get(id),
    list: ({ users }, page) => users.list(page),
    update: updater('users'),
    remove: ({ users }, id, expected) => users.remove(by, id, expected),
    optional: ['email', 'new@x.test'],
    other: 'username',
    broken: { username: '' },
  },
  {
    kind: 'group',
    create: ({ groups }, name) => groups.create(by, { name }),
    id: idOf,
    get: ({ groups }, id) => groups.get(id),
    list: ({ groups }, page) => groups.list(page),
    update: updater('groups'),
    remove: ({ groups }, id, expected) => groups.remove(by, id, expected),
    optional: ['description', 'Those who sell'],
    other: 'name',
    broken: { name: '' },
  },
  {
    kind: 'role',
    create: ({ roles }, name) => roles.create(by, roleInput.parse({ name })),
    id: idOf,
    get: ({ roles }, id) => roles.get(id),
    list: ({ roles }, page) => roles.list(page),
    update: updater('roles'),
    remove: ({ roles }, id, expected) => roles.remove(by, id, expected),
    optional: ['description', 'Sells things'],
    other: 'name',
    broken: { policies: [{ resourceServer: 'https://nowhere.test', permission: 'x' }] },
  },
  {
    kind: 'client',
    create: ({ clients }, id) =>
      clients.create(by, clientInput.parse({ id, name: id, redirectUris: ['https://shop.test/cb'] })),
    id: idOf,
    get: ({ clients }, id) => clients.get(id),
    list: ({ clients }, page) => clients.list(page),
    update: updater('clients'),
    remove: ({ clients }, id, expected) => clients.remove(by, id, expected),
    optional: ['initiateLoginUri', 'https://shop.test/start'],
    other: 'redirectUris',
    broken: { redirectUris: ['not an address'] },
  },
  {
    kind: 'resource server',
    create: ({ resourceServers }, name) =>
      resourceServers.create(
        by,
        resourceServerInput.parse({ identifier: `https://${name}.test`, name, permissions: [] }),
      ),
    id: (thing) => String(field(thing, 'identifier')),
    get: ({ resourceServers }, id) => resourceServers.get(id),
    list: ({ resourceServers }, page) => resourceServers.list(page),
    update: updater('resourceServers'),
    remove: ({ resourceServers }, id, expected) => resourceServers.remove(by, id, expected),
    optional: ['claims', [{ value: 'roles', claim: 'roles', format: 'list' }]],
    other: 'name',
    broken: { permissions: [{ name: ':' }] },
  },
  {
    kind: 'connector',
    create: ({ connectors }, id) => connectors.create(by, connectorOf({ id })),
    id: idOf,
    get: ({ connectors }, id) => connectors.get(id),
    list: ({ connectors }, page) => connectors.list(page),
    update: updater('connectors'),
    remove: ({ connectors }, id, expected) => connectors.remove(by, id, expected),
    optional: ['preset', 'common'],
    other: 'displayName',
    broken: { connection: { server: 'http://directory.example' } },
  },
];

describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
  });
  afterAll(() => realm.close());

  describe.each(KINDS)('a $kind', (kind) => {
    const [optional, value] = kind.optional;
    let count = 0;

    async function created(): Promise<Thing> {
      const { parts } = realm;
      const made = await kind.create(parts, `thing-${++count}`);
      if (!made.ok) throw new Error(JSON.stringify(made.refusal));
      // A client comes with its secret.
      const thing = (field(made.value as object, 'client') ?? made.value) as Thing;
      const read = await kind.get(parts, kind.id(thing));
      if (!read) throw new Error('It is not found after its creation.');
      return read;
    }
    const refusal = (code: string) => ({ ok: false, refusal: { code } });

    test('is found by its id, and listed', async () => {
      const thing = await created();
      expect(thing.version).toBe(1);
      const { rows } = await kind.list(realm.parts, { limit: 100 });
      expect(rows.map((row) => kind.id(row))).toContain(kind.id(thing));
      expect(await kind.get(realm.parts, 'https://never.test')).toBeUndefined();
    });

    test('keeps the fields that an update does not name', async () => {
      const thing = await created();
      const saved = await kind.update(realm.parts, kind.id(thing), { [optional]: value }, thing.version);
      expect(saved).toMatchObject({ ok: true, value: { version: 2 } });
      const after = await kind.get(realm.parts, kind.id(thing));
      expect(field(after, optional)).toBeDefined();
      expect(field(after, kind.other)).toEqual(field(thing, kind.other));
    });

    test('loses a field that an update sets to null', async () => {
      const thing = await created();
      const id = kind.id(thing);
      await kind.update(realm.parts, id, { [optional]: value }, 1);
      expect(await kind.update(realm.parts, id, { [optional]: null }, 2)).toMatchObject({ ok: true });
      expect(field(await kind.get(realm.parts, id), optional)).toBeUndefined();
    });

    test('is not written by an update that changes nothing', async () => {
      const thing = await created();
      const same = { [kind.other]: field(thing, kind.other) };
      expect(await kind.update(realm.parts, kind.id(thing), same, 1)).toMatchObject({
        ok: true,
        value: { version: 1 },
      });
    });

    test('refuses what breaks its rules, another version than the one read, and an unknown id', async () => {
      const thing = await created();
      const id = kind.id(thing);
      const patch = { [optional]: value };
      expect(await kind.update(realm.parts, id, kind.broken, 1)).toMatchObject(refusal('invalid'));
      expect(await kind.update(realm.parts, id, patch, 7)).toMatchObject(refusal('changed'));
      expect(await kind.update(realm.parts, 'https://never.test', patch, 1)).toMatchObject(refusal('missing'));
      expect(await kind.get(realm.parts, id)).toEqual(thing);
    });

    test('is removed at the version that was read, once', async () => {
      const thing = await created();
      const id = kind.id(thing);
      expect(await kind.remove(realm.parts, id, 7)).toMatchObject(refusal('changed'));
      expect(await kind.remove(realm.parts, id, 1)).toMatchObject({ ok: true });
      expect(await kind.get(realm.parts, id)).toBeUndefined();
      expect(await kind.remove(realm.parts, id, 1)).toMatchObject(refusal('missing'));
    });
  });
});
