import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { EngineWrite, Place } from '../../src/storage/engine.js';
import type { CurrentVersion } from '../../src/storage/revision.js';
import type { Realm } from '../../src/storage/store.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { temporaryStore } from '../support/store.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, notices, parts, tallies, things, type Thing } from './things.js';

const START = Date.UTC(2030, 0, 1);
const red = (id: string, more: Partial<Thing> = {}): Thing => ({ id, kind: 'red', ...more });

describe.each(engines)('current versions in the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  let at: Place;
  let clock: number;
  beforeEach(async () => {
    clock = START;
    jest.spyOn(Date, 'now').mockImplementation(() => clock);
    opened = await open(allSpecs);
    realm = opened.store.in('r');
    at = { spec: things, realm: 'r' };
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await opened.close();
  });
  const versionOf = async (id: string): Promise<CurrentVersion | undefined> =>
    (await realm.currentVersions([{ spec: things, id }]))[0];
  const write = (one: EngineWrite) => opened.engine.write([one], clock);

  test('are those of several kinds, in order; absent and expired documents have none', async () => {
    await realm.of(things).insert(red('a', { expiresAt: START + 1 }));
    await realm.of(parts).insert({ id: 'a', thing: 'a' });
    await realm.of(parts).put({ id: 'a', thing: 'b' });
    await realm.of(tallies).increment('a', 'n', 1);
    await opened.store.installation.of(notices).insert({ id: 'a', text: 't' });
    await opened.store.in('other').of(things).insert(red('elsewhere'));
    const references = [
      ...[
        { spec: tallies, id: 'a' },
        { spec: things, id: 'a' },
        { spec: things, id: 'elsewhere' },
      ],
      ...[
        { spec: parts, id: 'nobody' },
        { spec: notices, id: 'a' },
        { spec: parts, id: 'a' },
      ],
    ];
    const found = await realm.currentVersions(references);
    const incarnation = expect.any(Number);
    expect(found).toEqual([
      { version: 1, incarnation },
      { version: 1, incarnation, expiresAt: START + 1 },
      undefined,
      undefined,
      { version: 1, incarnation },
      { version: 2, incarnation },
    ]);
    expect(await realm.currentVersions(references)).toEqual(found);
    expect(await realm.currentVersions([])).toEqual([]);
    clock += 1;
    expect((await realm.currentVersions(references))[1]).toBeUndefined();
  });

  test('are told of many at once, repeated ones too, whoever asks', async () => {
    const ids = times(40, (i) => `t${i}`);
    await Promise.all(ids.map((id) => realm.of(things).insert(red(id))));
    const references = [...ids, 't0', 'nobody'].map((id) => ({ spec: things, id }));
    const [mine, theirs] = await Promise.all([realm.currentVersions(references), realm.currentVersions(references)]);
    expect(mine).toEqual(theirs);
    expect(mine.map((each) => each?.version)).toEqual([...ids.map(() => 1), 1, undefined]);
    expect(mine[40]).toEqual(mine[0]);
    expect(new Set(mine.map((each) => each?.incarnation)).size).toBe(41);
  });

  test('have another incarnation after each write, whatever the version', async () => {
    const writes: EngineWrite[] = [
      { at, kind: 'insert', document: red('a') },
      { at, kind: 'replace', document: red('a'), expected: 1 },
      { at, kind: 'put', document: red('a', { expiresAt: START + 1 }) },
      { at, kind: 'insert', document: red('a', { expiresAt: START + 2 }) },
      { at, kind: 'put', document: red('a') },
      { at, kind: 'remove', id: 'a', condition: {} },
      { at, kind: 'put', document: red('a') },
    ];
    const seen: (CurrentVersion | undefined)[] = [];
    for (const [i, one] of writes.entries()) {
      // The insert is over an expired document, and so is the put after it.
      if (i === 3 || i === 4) clock += 1;
      expect(await write(one)).toMatchObject({ ok: true });
      seen.push(await versionOf('a'));
    }
    expect(seen.map((each) => each?.version)).toEqual([1, 2, 3, 1, 1, undefined, 1]);
    const incarnations = seen.flatMap((each) => each?.incarnation ?? []);
    expect(incarnations).toHaveLength(6);
    expect(new Set(incarnations).size).toBe(6);
  });

  test('of a counted document change too, and stay when it is required or only sealed anew', async () => {
    const tally = async () => (await realm.currentVersions([{ spec: tallies, id: 'n' }]))[0];
    await realm.of(tallies).increment('n', 'n', 1);
    const first = await tally();
    await realm.of(tallies).increment('n', 'n', 0);
    const second = await tally();
    expect(second).toMatchObject({ version: 2, incarnation: expect.any(Number) });
    expect(second?.incarnation).not.toBe(first?.incarnation);
    await realm.of(things).insert(red('a', { secret: 's' }));
    const before = await versionOf('a');
    await write({ at, kind: 'require', id: 'a', condition: {} });
    const { rows } = await opened.engine.walk(things, { limit: 1 });
    const changes = rows.map((row) => ({ row, document: { ...row.document, secret: 'sealed anew' } }));
    expect(await opened.engine.exchange(things, changes)).toBe(1);
    expect(await versionOf('a')).toEqual(before);
  });
});

test('a SQLite store of an older version, without incarnations, is read as it is and gains them by its writes', async () => {
  const temporary = await temporaryStore(allSpecs);
  await temporary.store.in('r').of(things).insert(red('a'));
  await temporary.store.close();
  const older = new DatabaseSync(temporary.path);
  older.exec('ALTER TABLE d_things DROP COLUMN incarnation');
  older.close();
  const reader = await openSqlite(temporary.path, { readOnly: true });
  expect((await reader.walk(things, { limit: 9 })).rows).toEqual([
    { realm: 'r', version: 1, shape: 1, document: red('a') },
  ]);
  await reader.close();
  const store = await openStore({ specs: allSpecs, box: temporary.box, engine: await openSqlite(temporary.path) });
  const versionOf = async () => (await store.in('r').currentVersions([{ spec: things, id: 'a' }]))[0];
  expect(await versionOf()).toEqual({ version: 1 });
  await store.in('r').of(things).replace(red('a'), 1);
  expect(await versionOf()).toEqual({ version: 2, incarnation: expect.any(Number) });
  await store.close();
  await temporary.close();
});
