import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../../src/audit/audit-record.js';
import type { Saved } from '../../../src/changes/change-result.js';
import { connectorDomains, connectors } from '../../../src/federation/connectors/connector.js';
import { connectorInput } from '../../../src/federation/connectors/connector-input.js';
import type { ConnectorService } from '../../../src/federation/connectors/connector-service.js';
import { readInput } from '../../../src/base/problems/read-input.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';
import { atTime } from '../../support/at-time.js';
import { connectorOf, testKind } from './test-kind.js';

const SECRET = 'the password of the service account';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
const refusal = (code: string, ...problems: readonly object[]) => ({
  ok: false,
  refusal: { code, ...(problems.length > 0 && { problems: problems.map((one) => expect.objectContaining(one)) }) },
});
const ignore = () => undefined;

describe.each(['sqlite', 'mongodb'] as const)('a connector on %s', (store) => {
  const { kind, created, closed } = testKind();
  let realm: EmptyRealm;
  let service: ConnectorService;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [kind] });
    service = realm.parts.connectors;
  });
  afterAll(() => realm.close());
  beforeEach(() => {
    id = `corp-${++count}`;
  });
  const make = async (fields: object = {}) => done(await service.create(by, connectorOf({ id, ...fields })));

  test('is found by its id, with defaults where nothing was said', async () => {
    const made = await make();
    expect(await service.get(id)).toEqual(made);
    expect(made).toMatchObject({
      ...{ enabled: true, order: 100, domains: [], linking: 'never', accessLasts: 86_400, recheckAfter: 900 },
      provisioning: { mode: 'create', update: 'always' },
    });
  });

  test('stands in its order, and then by id', async () => {
    await make({ id: `z-${id}`, order: 1 });
    await make({ id: `a-${id}`, order: 2 });
    await make({ id: `b-${id}`, order: 2 });
    const own = (ids: readonly string[]) => ids.filter((one) => one.endsWith(`-${id}`));
    const expected = [`z-${id}`, `a-${id}`, `b-${id}`];
    expect(own([...(await service.all()).keys()])).toEqual(expected);
    expect(own((await service.list({ limit: 100 })).rows.map((row) => row.id))).toEqual(expected);
  });

  test('enforces its domains while it is enabled, whether or not this process can open it', async () => {
    const name = `${id}.test`;
    const { version } = await make({ domains: [{ name, enforce: true }, { name: `other-${name}` }] });
    const enforced = async () =>
      (await service.enforcers()).flatMap((one) =>
        one.id === id ? (one.enforces ?? []).map((domain) => domain.name) : [],
      );
    expect(await enforced()).toEqual([name]);
    done(await service.update(by, id, { enabled: false }, version));
    expect(await enforced()).toEqual([]);
  });

  test.each(['primary', 'constructor', 'Corp', '-corp', 'c'.repeat(41), ''])('is not named %j', (name) => {
    expect(readInput(connectorInput, { id: name, displayName: 'x', kind: 'test' }).ok).toBe(false);
  });

  test('is refused under the name of another', async () => {
    await make();
    expect(await service.create(by, connectorOf({ id }))).toMatchObject(refusal('taken'));
  });

  describe('and its secret', () => {
    test('lie in the store sealed, and come out only to the connector itself', async () => {
      const made = await make({ secret: SECRET });
      expect(made.secretSetAt).toBeDefined();
      const { rows } = await service.list({ limit: 100 });
      expect(JSON.stringify([made, await service.get(id), rows])).not.toContain(SECRET);
      expect(await realm.parts.realm.of(connectors).get(id)).toMatchObject({ secret: SECRET });
      expect(await service.open(id, ignore)).toMatchObject({ id });
      expect(created.at(-1)).toMatchObject({ id, secret: SECRET });
      const dump = await realm.dump();
      expect(dump).toContain(id);
      expect(dump).not.toContain(SECRET);
    });

    test('stay together in an update that does not name it, and the time tells when it was set', async () => {
      const { secretSetAt, version } = await make({ secret: SECRET });
      const kept = done(await service.update(by, id, { displayName: 'Renamed' }, version));
      expect(kept.secretSetAt).toBe(secretSetAt);
      const given = await atTime(Date.now() + 1000, async () =>
        done(await service.update(by, id, { secret: 'another' }, kept.version)),
      );
      expect(given.secretSetAt).toBeGreaterThan(secretSetAt ?? Infinity);
      const without = done(await service.update(by, id, { secret: null }, given.version));
      expect(without.secretSetAt).toBeUndefined();
      expect(await realm.parts.realm.of(connectors).get(id)).not.toHaveProperty('secret');
    });

    test('part in an audit record, which has everything else', async () => {
      await make({ secret: SECRET });
      const { parts } = realm;
      const subject = { subjectKind: 'connector', subjectId: id };
      const { rows } = await parts.realm.of(auditRecords).find('bySubject', subject, { limit: 10 });
      const records = await parts.audit.open(rows);
      expect(records).toMatchObject([{ kind: 'connector.created' }]);
      expect(JSON.stringify(records)).toContain('directory.example');
      expect(JSON.stringify(records)).not.toContain(SECRET);
    });
  });

  describe('has settings that its kind reads', () => {
    test('with the preset where they say nothing, at every level', async () => {
      await make({ preset: 'common', connection: { timeouts: { read: 9 } }, subject: { names: ['cn'] } });
      await service.open(id, ignore);
      expect(created.at(-1)?.settings).toEqual({
        connection: { server: 'ldaps://preset.example', timeouts: { connect: 1, read: 9 } },
        subject: { names: ['cn'] },
      });
      // As written: a preset that a later version improves applies then.
      expect((await service.get(id))?.connection).toEqual({ timeouts: { read: 9 } });
    });

    test('and are refused at their place', async () => {
      const wrong = connectorOf({ id, connection: { server: 'http://x' }, subject: { names: [7] } });
      const refused = refusal('invalid', { path: ['connection', 'server'] }, { path: ['subject', 'names', 0] });
      expect(await service.create(by, wrong)).toMatchObject(refused);
      const { version } = await make();
      const odd = { connection: { server: 'ldaps://x', password: 'x' } };
      expect(await service.update(by, id, odd, version)).toMatchObject(
        refusal('invalid', { code: 'unknown-fields', path: ['connection'] }),
      );
    });

    test('unless the kind or preset is unknown', async () => {
      expect(await service.create(by, connectorOf({ id, kind: 'gopher' }))).toMatchObject(
        refusal('invalid', { code: 'connector-kind-unknown' }),
      );
      expect(await service.create(by, connectorOf({ id, preset: 'odd' }))).toMatchObject(
        refusal('invalid', { code: 'connector-preset-unknown' }),
      );
    });

    test.each([10, 100_000])('which nest no deeper than settings do: %d levels', (levels) => {
      let deep: unknown = 1;
      for (let i = 0; i < levels; i++) deep = [deep];
      const read = readInput(connectorInput, { id, displayName: 'x', kind: 'test', connection: { deep } });
      expect(read).toMatchObject({ ok: false, problems: [{ code: 'settings-too-deep' }] });
    });

    test.each(['__proto__', 'constructor', '$where', 'a.b', ''])('under no name like %j', (name) => {
      const connection = JSON.parse(`{ "server": "ldaps://x", "${name}": 1 }`) as object;
      const read = readInput(connectorInput, { id, displayName: 'x', kind: 'test', connection });
      expect(read).toMatchObject({ ok: false, problems: [{ code: 'setting-name-form', path: ['connection'] }] });
    });
  });

  test('keeps its kind', async () => {
    const { version } = await make();
    expect(await service.update(by, id, { kind: 'other' }, version)).toMatchObject(
      refusal('invalid', { code: 'connector-kind-fixed' }),
    );
  });

  describe('has e-mail domains', () => {
    test('in ASCII form', async () => {
      const { domains } = await make({ domains: [{ name: `Bücher-${id}.EXAMPLE`, enforce: true }] });
      expect(domains).toMatchObject([{ name: expect.stringMatching(/^xn--.*\.example$/), enforce: true }]);
      await service.open(id, ignore);
      expect(created.at(-1)?.domains).toEqual(domains.map(({ name }) => name));
    });

    test.each(['example', 'a b.example', '', 'x@example.com', '127.0.0.1'])('but not %j', (name) => {
      expect(() => connectorOf({ id, domains: [{ name }] })).toThrow();
    });

    test('that no other connector has, until it loses them', async () => {
      const domain = { name: `${id}.example` };
      const first = await make({ domains: [domain] });
      const other = connectorOf({ id: `other-${id}`, domains: [domain] });
      const taken = refusal('taken', { code: 'connector-domain-taken', path: ['domains', 0, 'name'] });
      expect(await service.create(by, other)).toMatchObject(taken);
      const second = await make({ id: `second-${id}` });
      expect(await service.update(by, second.id, { domains: [domain] }, second.version)).toMatchObject(taken);
      done(await service.update(by, id, { domains: [] }, first.version));
      expect(await service.create(by, other)).toMatchObject({ ok: true });
    });

    test('one of which two connectors can not get at the same moment', async () => {
      const domains = [{ name: `${id}.example` }];
      const ids = ['a', 'b', 'c', 'd'].map((name) => `${name}-${id}`);
      const saved = await Promise.all(ids.map((name) => service.create(by, connectorOf({ id: name, domains }))));
      expect(saved.filter(({ ok }) => ok)).toHaveLength(1);
      for (const one of saved) {
        if (!one.ok) expect(one).toMatchObject(refusal('taken', { code: 'connector-domain-taken' }));
      }
    });
  });

  test('is disabled by a normal update, which ends a version in its history', async () => {
    const { version, since } = await make();
    const disabled = done(await service.update(by, id, { enabled: false }, version));
    expect(disabled.since).toBeGreaterThan(since);
    const renamed = done(await service.update(by, id, { displayName: 'Renamed' }, disabled.version));
    expect(renamed.since).toBe(disabled.since);
  });

  test('is known at once to other processes', async () => {
    const other = await realm.open();
    try {
      expect(await other.connectors.get(id)).toBeUndefined();
      await make();
      await other.caches.readMarkers();
      expect(await other.connectors.get(id)).toMatchObject({ id });
    } finally {
      await other.close();
    }
  });

  test('opens and closes, if there is one whose kind is known', async () => {
    await make();
    const opened = await service.open(id, ignore);
    const before = closed();
    await opened?.close();
    expect(closed()).toBe(before + 1);
    expect(await service.open('nothing', ignore)).toBeUndefined();
  });

  test('is removed with its domains, and its name is free then', async () => {
    const domains = [{ name: `${id}.example` }];
    const { version } = await make({ domains });
    expect(await service.remove(by, id, version + 1)).toMatchObject(refusal('changed'));
    done(await service.remove(by, id, version));
    expect(await service.get(id)).toBeUndefined();
    expect(await realm.parts.realm.of(connectorDomains).get(`${id}.example`)).toBeUndefined();
    expect(await service.remove(by, id, version)).toMatchObject(refusal('missing'));
    await make({ domains });
  });
});
