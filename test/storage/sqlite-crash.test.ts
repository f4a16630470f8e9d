import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { times } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

const root = join(import.meta.dirname, '../..');

describe('a process that is killed in a storm of writes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-storm-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Lets processes write to one new file for a while, kills them all, and gives what each had been answered. */
  async function storm(path: string, names: readonly string[]): Promise<Map<string, { ids: string[]; count: number }>> {
    const answered = new Map(names.map((name) => [name, { ids: [] as string[], count: 0 }]));
    const children = names.map((name) => {
      const child = fork(join(import.meta.dirname, 'storm-child.ts'), [path, name], {
        execArgv: [
          '--disable-warning=ExperimentalWarning',
          '--import',
          join(root, 'test/support/typescript-child.mjs'),
        ],
      });
      const known = answered.get(name);
      child.on('message', (message: 'ready' | { id: string; count: number }) => {
        if (message === 'ready' || !known) return;
        known.ids.push(message.id);
        known.count = Math.max(known.count, message.count);
      });
      return child;
    });
    await Promise.all(children.map((child) => once(child, 'message')));
    // As many as are looked for below, on a machine that is busy too.
    const giveUp = performance.now() + 30_000;
    while ([...answered.values()].some(({ ids }) => ids.length <= 20) && performance.now() < giveUp) await delay(50);
    await delay(300);
    await Promise.all(
      children.map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        expect(await ended).toEqual([null, 'SIGKILL']);
      }),
    );
    return answered;
  }

  test.each([1, 2])('loses nothing that was answered and leaves no half commit (%i at once)', async (processes) => {
    const path = join(folder, 'store.db');
    const names = times(processes, (i) => `writer${i}`);
    const answered = await storm(path, names);
    const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
    const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(path) });
    const realm = store.in('r');
    for (const [name, { ids, count }] of answered) {
      expect(ids.length).toBeGreaterThan(20);
      for (const id of ids) {
        expect(await realm.of(things).get(id)).toMatchObject({ secret: id });
        expect(await realm.of(parts).count('byThing', { thing: id }, 9)).toBe(2);
      }
      expect((await realm.of(tallies).get(name))?.n).toBeGreaterThanOrEqual(count);
    }
    await store.close();

    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    // Each commit left all or none of its three documents, and the index rows match the documents.
    const halves = db.prepare(
      `SELECT substr(id, 1, length(id) - 2) AS of, count(*) AS n FROM
         (SELECT id FROM d_parts UNION ALL SELECT id FROM d_things WHERE id GLOB '*-3' AND id GLOB '*-*-*')
       GROUP BY of HAVING n <> 3`,
    );
    expect(halves.all()).toEqual([]);
    const elements = db.prepare(
      `SELECT (SELECT count(*) FROM in_things_tags_kind_id) AS indexed, (SELECT count(*) FROM d_things) AS documents`,
    );
    const { indexed, documents } = elements.get() ?? {};
    expect(indexed).toBe(documents);
    db.close();
  });
});
