import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import { signInEntry } from '../../src/audit/sign-in-entry.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import type { Actor } from '../../src/changes/actor.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { type PersonalKeys, personalKeys } from '../../src/changes/personal/personal-keys.js';
import { countCalls } from '../../src/storage/counting.js';
import type { EngineReader } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';
import { databases, engines, type OpenedEngine, times } from '../storage/engines.js';
import { trailOf } from '../support/audit.js';

const AT = Date.UTC(2026, 10, 29);
const place = (id: string) => ({ collection: 'things', id, field: 'text' });

async function sealed(keys: PersonalKeys, person: string | undefined, id: string, at = AT): Promise<string> {
  return (await keys.sealingFor([person], at)).seal(person, place(id), `of ${id}`);
}
const opened = async (keys: PersonalKeys, id: string, text: string) =>
  (await keys.open([{ at: place(id), sealed: text }]))[0];
const clear = (id: string) => ({ kind: 'open', clear: `of ${id}` });

describe.each(engines)('the keys of people on %s', (_name, open) => {
  let database: OpenedEngine;
  let realm: Realm;
  let elsewhere: Realm;
  beforeEach(async () => {
    database = await open([personKeys]);
    realm = database.store.in('default');
    elsewhere = (await database.another()).in('default');
  });
  afterEach(() => database.close());

  test('seal for each person apart, in every process', async () => {
    const keys = personalKeys(realm);
    const [ada, bob] = [await sealed(keys, 'ada', '1'), await sealed(keys, 'bob', '2')];
    expect([ada.split('|')[0], bob.split('|')[0]]).toEqual(['user:ada', 'user:bob']);
    const other = personalKeys(elsewhere);
    expect(await opened(other, '1', ada)).toEqual(clear('1'));
    expect(await opened(other, '2', bob)).toEqual(clear('2'));
    // Under another name it does not open.
    expect(await opened(other, '1', ada.replace('ada', 'bob'))).toEqual({ kind: 'unreadable' });
    expect(await opened(other, '2', ada)).toEqual({ kind: 'unreadable' });
  });

  test('belong to one realm', async () => {
    const ada = await sealed(personalKeys(realm), 'ada', '1');
    const other = personalKeys(database.store.in('other'));
    expect(await opened(other, '1', ada)).toEqual({ kind: 'erased' });
    await sealed(other, 'ada', '2');
    expect(await opened(other, '1', ada)).toEqual({ kind: 'unreadable' });
  });

  test('are read ahead once, and then cost a record no call', async () => {
    await sealed(personalKeys(realm), 'ada', '1');
    const counting = countCalls(database.store);
    const keys = personalKeys(counting.store.in('default'));
    keys.prepare('ada');
    keys.prepare('ada');
    keys.prepare(undefined);
    await keys.sealingFor(['ada'], Date.now());
    // The key of the real month is not the one above, so it is made.
    expect(counting.tally().calls.filter((call) => call === 'personKeys.getMany').length).toBeLessThanOrEqual(3);
    counting.reset();
    keys.prepare('ada');
    await keys.sealingFor(['ada'], Date.now());
    expect(counting.tally().portCalls).toBe(0);
  });

  test('are not remembered by a reading that began before they were forgotten', async () => {
    const keys = personalKeys(realm);
    const text = await sealed(keys, 'ada', '1');
    keys.forget('ada');
    keys.prepare('ada');
    keys.forget('ada');
    await realm.commit([keys.destroy('ada')]);
    // Longer than any reading takes.
    for (let i = 0; i < 20; i++) await realm.of(personKeys).get('user:ada');
    expect(await opened(keys, '1', text)).toEqual({ kind: 'erased' });
  });

  test('are one for a person whom many processes meet for the first time at once', async () => {
    const processes = times(20, (i) => personalKeys(i % 2 === 0 ? realm : elsewhere));
    const texts = await Promise.all(processes.map((keys, i) => sealed(keys, 'ada', String(i))));
    const reader = personalKeys(realm);
    for (const [i, text] of texts.entries()) expect(await opened(reader, String(i), text)).toEqual(clear(String(i)));
  });

  test('are read once: a process that knows them asks the store for none', async () => {
    const keys = personalKeys(realm);
    const texts = [await sealed(keys, 'ada', '1'), await sealed(keys, undefined, '2')];
    await database.engine.close();
    expect(await sealed(keys, 'ada', '3')).toContain('user:ada|');
    for (const [i, text] of texts.entries())
      expect(await opened(keys, String(i + 1), text)).toEqual(clear(String(i + 1)));
  });

  test('are those of the month for nobody who is known', async () => {
    const keys = personalKeys(realm);
    const november = await sealed(keys, undefined, '1', Date.UTC(2026, 10, 30, 23, 59, 59, 999));
    const december = await sealed(keys, undefined, '2', Date.UTC(2026, 11, 1));
    expect([november.split('|')[0], december.split('|')[0]]).toEqual(['month:2026-11', 'month:2026-12']);
    expect(await opened(personalKeys(elsewhere), '1', november)).toEqual(clear('1'));
    expect(await opened(personalKeys(elsewhere), '2', december)).toEqual(clear('2'));
  });

  test('seal only for those for whom they were opened', async () => {
    const sealing = await personalKeys(realm).sealingFor(['ada'], AT);
    expect(() => sealing.seal('bob', place('1'), 'x')).toThrow(expect.objectContaining({ code: 'store-misuse' }));
  });

  test('once destroyed open nothing of that person, and leave the others', async () => {
    const keys = personalKeys(realm);
    const texts = { ada: await sealed(keys, 'ada', '1'), bob: await sealed(keys, 'bob', '1') };
    const month = await sealed(keys, undefined, '1');
    expect(await realm.commit([keys.destroy('ada')])).toMatchObject({ ok: true });
    keys.forget('ada');
    for (const each of [keys, personalKeys(elsewhere)]) {
      expect(await opened(each, '1', texts.ada)).toEqual({ kind: 'erased' });
      expect(await opened(each, '1', texts.bob)).toEqual(clear('1'));
      expect(await opened(each, '1', month)).toEqual(clear('1'));
    }
    expect(await realm.of(personKeys).get('user:ada')).not.toHaveProperty('key');
  });

  test('once destroyed are not made again: what is written of that person later opens to nobody', async () => {
    const keys = personalKeys(realm);
    await sealed(keys, 'ada', '1');
    await realm.commit([keys.destroy('ada')]);
    keys.forget('ada');
    const late = await sealed(keys, 'ada', '2');
    for (const each of [keys, personalKeys(elsewhere)])
      expect(await opened(each, '2', late)).toEqual({ kind: 'erased' });
  });

  test('of somebody who never had one are destroyed as well', async () => {
    const keys = personalKeys(realm);
    await realm.commit([keys.destroy('ada')]);
    expect(await opened(keys, '1', await sealed(keys, 'ada', '1'))).toEqual({ kind: 'erased' });
  });

  test('are destroyed for good beside a process that makes the first one', async () => {
    for (const i of times(10, (n) => n)) {
      const person = `person-${i}`;
      const [text] = await Promise.all([
        sealed(personalKeys(elsewhere), person, '1'),
        realm.commit([personalKeys(realm).destroy(person)]),
      ]);
      expect(await opened(personalKeys(realm), '1', text)).toEqual({ kind: 'erased' });
    }
  });
});

describe.each(databases)('a new sealing key on %s', (_name, make) => {
  const SPECS: readonly AnySpec[] = [personKeys, auditRecords];
  const by: Actor = { kind: 'user', id: 'ada', requestId: 'r1', address: '192.0.2.7', agent: 'Firefox' };

  /** The stored documents of a kind, as the engine has them. */
  async function stored(reader: EngineReader, spec: AnySpec): Promise<Map<string, string>> {
    const rows = await reader.walk(spec, { limit: 500 });
    return new Map(rows.rows.map(({ document }) => [document.id, JSON.stringify(document)]));
  }

  test('seals the keys of people anew, and no record: all of them open after the old key is gone', async () => {
    const database = await make();
    const [older, newer] = ['1', '2'].map((id) => ({ id, key: randomBytes(32) }));
    if (!older || !newer) throw new Error('There are two keys.');
    const box = secretBox([older, newer]);
    const store = await openStore({ specs: SPECS, box, engine: await database.engine() });
    const user = { id: 'ada', username: 'ada' };
    const entry = signInEntry(by, { outcome: 'success', user, methods: ['pwd'], clientId: 'shop' });
    for (const _ of times(20, () => 0)) await trailOf(store.in('default')).record(entry);
    const reader = await database.engine();
    const before = { keys: await stored(reader, personKeys), records: await stored(reader, auditRecords) };
    expect([...before.keys.keys()].sort()).toEqual(expect.arrayContaining(['user:ada']));
    // Each record has a mark beside it.
    expect(before.records.size).toBe(2 * 20);

    expect(box.sealUnder('2')).toBe(true);
    expect(await store.reseal()).toBe(before.keys.size);
    const after = await stored(reader, personKeys);
    for (const [id, document] of before.keys) expect(after.get(id)).not.toBe(document);
    expect(await stored(reader, auditRecords)).toEqual(before.records);

    const later = await openStore({ specs: SPECS, box: secretBox([newer]), engine: await database.engine() });
    const realm = later.in('default');
    const { rows } = await realm.of(auditRecords).find('byTime', {}, { limit: 50 });
    for (const record of await trailOf(realm).open(rows)) {
      expect(record.actor).toEqual({ address: '192.0.2.7', agent: 'Firefox' });
      expect(record.subject).toEqual({ name: 'ada' });
    }
    await Promise.all([reader.close(), store.close(), later.close()]);
    await database.drop();
  });
});
