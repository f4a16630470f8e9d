import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { hasKeyCheck, readKeyCheck, writeKeyCheck } from '../../src/storage/sealing/key-check.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { insert, put } from '../../src/storage/write.js';
import { temporaryBox, temporaryStore, type TemporaryStore } from '../support/store.js';
import { allSpecs, notices, things } from './things.js';

describe('what a spec calls sealed', () => {
  let opened: TemporaryStore;
  beforeEach(async () => {
    opened = await temporaryStore(allSpecs);
  });
  afterEach(() => opened.close());
  const of = (realm: string) => opened.store.in(realm).of(things);

  /** Changes the file as an attacker without the key could. */
  function tamper(sql: string, ...values: string[]): void {
    const db = new DatabaseSync(opened.path);
    expect(db.prepare(sql).run(...values).changes).toBe(1);
    db.close();
  }

  test('is nowhere in the files, by whatever way it was written', async () => {
    const secret = 'Tr0ub4dor&3-in-the-clear';
    await of('r').insert({ id: 'a', kind: 'red', secret });
    await of('r').put({ id: 'b', kind: 'red', secret });
    await of('r').replace({ id: 'b', kind: 'red', secret }, 1);
    await of('r').change('b', (thing) => ({ ...thing, note: 'n' }));
    await opened.store
      .in('r')
      .commit([insert(things, { id: 'c', kind: 'red', secret }), put(notices, { id: 'n', text: secret })]);
    let read = 0;
    for (const suffix of ['', '-wal']) {
      const file = await readFile(opened.path + suffix).catch(() => Buffer.alloc(0));
      read += (await stat(opened.path + suffix)).size;
      expect(file.includes(secret)).toBe(false);
      expect(file.includes('"kind":"red"') || suffix === '').toBe(true); // it was looked for where documents are
    }
    expect(read).toBeGreaterThan(0);
    expect((await of('r').find('all', {}, { limit: 9 })).rows.map((thing) => thing.secret)).toEqual([
      secret,
      secret,
      secret,
    ]);
    expect((await of('r').take('a'))?.secret).toBe(secret);
    expect((await opened.store.installation.of(notices).get('n'))?.text).toBe(secret);
  });

  test('does not open in another row', async () => {
    await of('r').insert({ id: 'mine', kind: 'red', secret: 'mine' });
    await of('r').insert({ id: 'yours', kind: 'red', secret: 'yours' });
    const theirs = `(SELECT body ->> '$.secret' FROM d_things WHERE id = 'yours')`;
    tamper(`UPDATE d_things SET body = json_set(body, '$.secret', ${theirs}) WHERE id = ?`, 'mine');
    await expect(of('r').get('mine')).rejects.toMatchObject({ code: 'seal-broken' });
    await expect(of('r').find('all', {}, { limit: 9 })).rejects.toMatchObject({ code: 'seal-broken' });
  });

  test('does not open in another realm', async () => {
    await of('r').insert({ id: 'a', kind: 'red', secret: 'mine' });
    tamper(`UPDATE d_things SET realm = ? WHERE id = 'a'`, 'elsewhere');
    await expect(of('elsewhere').get('a')).rejects.toMatchObject({ code: 'seal-broken' });
  });

  test('does not open in another field or collection', () => {
    const at = { realm: 'r', collection: 'things', id: 'a', field: 'secret' };
    const sealed = opened.box.seal(at, 'x');
    expect(opened.box.open(at, sealed)).toBe('x');
    for (const moved of [{ field: 'note' }, { collection: 'parts' }, { realm: '' }, { id: 'b' }]) {
      expect(() => opened.box.open({ ...at, ...moved }, sealed)).toThrow(
        expect.objectContaining({ code: 'seal-broken' }),
      );
    }
  });

  test('is looked for in its own field: the one of another does not open there', async () => {
    await of('r').insert({ id: 'a', kind: 'red', secret: 'mine' });
    const moved = opened.box.seal({ realm: 'r', collection: 'things', id: 'a', field: 'note' }, 'x');
    tamper(`UPDATE d_things SET body = json_set(body, '$.secret', ?) WHERE id = 'a'`, moved);
    await expect(of('r').get('a')).rejects.toMatchObject({ code: 'seal-broken' });
  });
});

describe('a key check', () => {
  let opened: TemporaryStore;
  beforeEach(async () => {
    opened = await temporaryStore(allSpecs);
  });
  afterEach(() => opened.close());

  test('is asked for before any key is known, and proves the key once there is one', async () => {
    const engine = await openSqlite(opened.path);
    expect(await hasKeyCheck(engine)).toBe(false);
    expect(await readKeyCheck(opened.store)).toBe('none');
    expect(await writeKeyCheck(opened.store)).toBe('written');
    expect(await hasKeyCheck(engine)).toBe(true);
    expect(await readKeyCheck(opened.store)).toBe('opens');
    expect(await writeKeyCheck(opened.store)).toBe('opens');
    await engine.close();
  });

  test('refuses another key in a sentence that names the setting, the same key id or not', async () => {
    await writeKeyCheck(opened.store);
    for (const id of ['test', 'other']) {
      const box = secretBox([{ id, key: Buffer.alloc(32, 7) }]);
      const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(opened.path) });
      await expect(readKeyCheck(store)).rejects.toMatchObject({
        code: 'bad-configuration',
        message: expect.stringContaining('GATEHOUSE_KEYS') as unknown,
      });
      await expect(writeKeyCheck(store)).rejects.toMatchObject({ code: 'bad-configuration' });
      await store.close();
    }
    expect(await readKeyCheck(opened.store)).toBe('opens');
  });

  test('is written by one of two first starts', async () => {
    const box = temporaryBox();
    const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(opened.path) });
    const written = await Promise.allSettled([writeKeyCheck(opened.store), writeKeyCheck(store)]);
    expect(written.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await store.close();
  });
});
