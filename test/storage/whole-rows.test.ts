import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { pages } from '../../src/base/paging.js';
import type { Engine, WalkedRow } from '../../src/storage/engine.js';
import { spec, type AnySpec } from '../../src/storage/spec.js';
import { allDatabases, times, type Database } from './engines.js';
import { allSpecs, notices, tallies, things, type Thing } from './things.js';

const NOW = Date.UTC(2030, 0, 1);

const row = (document: Thing, more: Partial<WalkedRow> = {}): WalkedRow => ({
  ...{ realm: 'r', version: 1, shape: 1, document },
  ...more,
});
const red = (id: string, more: Partial<Thing> = {}): Thing => ({ id, kind: 'red', ...more });
const byPlace = (a: WalkedRow, b: WalkedRow): number =>
  JSON.stringify([a.realm, a.document.id]) < JSON.stringify([b.realm, b.document.id]) ? -1 : 1;

/** All that lies there, page by page. */
async function walkedWhole(engine: Engine, of: AnySpec, below?: number): Promise<WalkedRow[]> {
  const found: WalkedRow[] = [];
  for await (const page of pages((request) => engine.walk(of, { ...request, ...(below && { below }) }), { limit: 2 })) {
    expect(page.length).toBeLessThanOrEqual(2);
    found.push(...page);
  }
  return found.sort(byPlace);
}
/** Without their incarnations, which are random. */
const walked = async (engine: Engine, of: AnySpec, below?: number): Promise<WalkedRow[]> =>
  (await walkedWhole(engine, of, below)).map(({ incarnation: _random, ...rest }) => rest);

describe.each(allDatabases)('rows as they lie in the %s store', (_name, make) => {
  let database: Database;
  let engine: Engine;
  beforeEach(async () => {
    database = await make();
    engine = await database.engine();
    await engine.prepare(allSpecs);
  });
  afterEach(async () => {
    await engine.close();
    await database.drop();
  });
  const insert = (realm: string, document: Thing) =>
    engine.write([{ at: { spec: things, realm }, kind: 'insert', document }], NOW);

  test('are walked page by page, of every realm, expired ones too, each once', async () => {
    for (const realm of ['r', 'r:%', '𝒵'])
      await Promise.all(times(3, (i) => insert(realm, red(`t${i}`, { expiresAt: NOW + i }))));
    await engine.write([{ at: { spec: things, realm: 'r' }, kind: 'put', document: red('t1') }], NOW);
    expect(await walked(engine, things)).toEqual(
      ['r', 'r:%', '𝒵']
        .flatMap((realm) =>
          times(3, (i) =>
            realm === 'r' && i === 1
              ? row(red('t1'), { version: 2 })
              : row(red(`t${i}`, { expiresAt: NOW + i }), { realm }),
          ),
        )
        .sort(byPlace),
    );
    expect(await walked(engine, tallies)).toEqual([]);
  });

  test('are walked by their shape', async () => {
    await engine.adopt(things, [row(red('a')), row(red('b'), { shape: 3 }), row(red('c'), { shape: 2 })]);
    const ids = async (below?: number) => (await walked(engine, things, below)).map(({ document }) => document.id);
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect(await ids(3)).toEqual(['a', 'c']);
    expect(await ids(2)).toEqual(['a']);
    expect(await ids(1)).toEqual([]);
  });

  test('are found by an old shape, however many newer ones lie between', async () => {
    const newer = times(5100, (i) => row(red(`t${String(i).padStart(4, '0')}`), { shape: 2 }));
    await engine.adopt(things, [row(red('first')), ...newer, row(red('z-last'))]);
    expect((await walked(engine, things, 2)).map(({ document }) => document.id)).toEqual(['first', 'z-last']);
  });

  test('are adopted as they lay elsewhere, and then serve every read', async () => {
    const odd = red('a\u0000𝒵', {
      ...{ name: 'Zoë "𝒵"\u2028', rank: -0.1, flag: false, tags: ['', 'x', 'x'], door: hashOf('d') },
      ...{ secret: 'as it is', weight: 2 ** 63, parts: [{ name: '$set', sizes: [5e-324, 1e21] }] },
    });
    const rows = [
      row(odd, { realm: 'r:%', version: 7, shape: 4 }),
      row(red('b', { expiresAt: NOW })),
      row(red('c', { rank: 3, expiresAt: NOW + 1 }), { version: 2 }),
    ];
    expect(await engine.adopt(things, rows)).toBe(3);
    expect(await walked(engine, things)).toEqual([...rows].sort(byPlace));
    const at = { spec: things, realm: 'r:%' };
    const found = { document: odd, version: 7, shape: 4 };
    expect(await engine.get(at, odd.id, NOW)).toEqual(found);
    expect(await engine.findOne(at, 'name', ['red', odd.name ?? ''], NOW)).toEqual(found);
    expect(await engine.find(at, { name: 'byTag', equal: [], contains: 'x', limit: 9 }, NOW)).toEqual([found]);
    // Rows that had expired in the other store are expired here too.
    expect(await engine.getMany({ ...at, realm: 'r' }, ['b', 'c'], NOW)).toMatchObject([{ document: { id: 'c' } }]);
    const under = { at, kind: 'require', id: odd.id, condition: {} } as const;
    expect(await engine.sweep(9, NOW, under)).toBe(1);
  });

  test('are adopted with their incarnations, or as rows without one', async () => {
    const rows = [row(red('a'), { incarnation: -(2 ** 52) }), row(red('b')), row(red('c'), { incarnation: 7 })];
    expect(await engine.adopt(things, rows)).toBe(3);
    expect(await walkedWhole(engine, things)).toEqual(rows);
    expect(await engine.adopt(things, rows)).toBe(0);
    expect(await engine.adopt(things, [row(red('c'), { incarnation: 8 })])).toBe(1);
    const references = ['a', 'b'].map((id) => ({ at: { spec: things, realm: 'r' }, id }));
    expect(await engine.currentVersions(references, NOW)).toEqual([
      { version: 1, incarnation: -(2 ** 52) },
      { version: 1 },
    ]);
  });

  test('adopted again are found to be here, and only what differs is written', async () => {
    const rows = times(5, (i) => row(red(`t${i}`, { name: `n${i}`, tags: [`g${i}`] })));
    expect(await engine.adopt(things, rows)).toBe(5);
    expect(await engine.adopt(things, rows)).toBe(0);
    const changed = rows.map((each, i) => {
      if (i === 1) return row(red('t1', { name: 'n1', tags: ['new'] }));
      if (i === 2) return { ...each, version: 9 };
      return i === 3 ? { ...each, shape: 2 } : each;
    });
    expect(await engine.adopt(things, [...changed, row(red('t5'))])).toBe(4);
    expect(await walked(engine, things)).toEqual([...changed, row(red('t5'))]);
    const tagged = (tag: string) =>
      engine.count({ spec: things, realm: 'r' }, { name: 'byTag', equal: [], contains: tag }, 9, NOW);
    expect([await tagged('g1'), await tagged('new'), await tagged('g2')]).toEqual([0, 1, 1]);
  });

  test('are adopted over those that hold their unique keys, live ones too, and over each other', async () => {
    const named = (id: string, name: string, door: string) => row(red(id, { name, door: hashOf(door) }));
    await engine.adopt(things, [
      named('a', 'm', '1'),
      named('b', 'n', '2'),
      named('c', 'o', '3'),
      named('d', 'p', '4'),
    ]);
    const other = named('a', 'n', '2');
    await engine.adopt(things, [{ ...other, realm: 's' }]);
    // a and b have changed names; a newcomer has the name of one that is gone and the door of another.
    const rows = [named('a', 'n', '2'), named('b', 'm', '1'), named('e', 'o', '4'), named('f', 'x', '6')];
    expect(await engine.adopt(things, rows)).toBe(4);
    expect(await walked(engine, things)).toEqual([...rows, { ...other, realm: 's' }]);
    expect(await engine.adopt(things, rows)).toBe(0);
  });

  test('are exchanged where they lie as they were read, and nobody who expects their version notices', async () => {
    const sealedRed = (id: string, more: Partial<Thing> = {}) => red(id, { secret: 'sealed', ...more });
    await engine.adopt(things, [
      row(sealedRed('a'), { version: 3 }),
      row(sealedRed('b')),
      row(sealedRed('c', { expiresAt: 1 })),
      row(sealedRed('d')),
    ]);
    const read = await walked(engine, things);
    const at = { spec: things, realm: 'r' };
    // Two of the rows that were read change meanwhile: one is replaced, the other is removed.
    await engine.write([{ at, kind: 'replace', document: sealedRed('b', { rank: 9 }), expected: 1 }], NOW);
    await engine.discard(things, [{ realm: 'r', id: 'd' }]);
    const changes = read.map((each) => ({ row: each, document: { ...each.document, secret: 'sealed anew' } }));
    expect(await engine.exchange(things, changes)).toBe(2);
    const after = await walked(engine, things);
    expect(after.map(({ document, version }) => [document.id, document['secret'], version])).toEqual([
      ['a', 'sealed anew', 3],
      ['b', 'sealed', 2],
      ['c', 'sealed anew', 1],
    ]);
    expect(await engine.exchange(things, changes)).toBe(0);
    const replaced = { at, kind: 'replace', document: red('a'), expected: 3 } as const;
    expect(await engine.write([replaced], NOW)).toMatchObject({ ok: true });
  });

  test('are discarded by realm and id, expired ones too', async () => {
    await engine.adopt(things, [row(red('a')), row(red('b', { expiresAt: 1 })), row(red('a'), { realm: 's' })]);
    await engine.discard(
      things,
      ['a', 'b', 'nobody'].map((id) => ({ realm: 'r', id })),
    );
    expect(await walked(engine, things)).toEqual([row(red('a'), { realm: 's' })]);
  });

  test('tell of which kinds there are any, those too that nobody prepared', async () => {
    expect(await engine.kinds()).toEqual([]);
    await engine.adopt(things, [row(red('a', { expiresAt: 1 }))]);
    await engine.write([{ at: { spec: notices, realm: '' }, kind: 'insert', document: { id: 'n', text: 't' } }], NOW);
    const another = await database.engine();
    expect([...(await another.kinds())].sort()).toEqual(['notices', 'things']);
    await another.close();
    await engine.discard(things, [{ realm: 'r', id: 'a' }]);
    expect(await engine.kinds()).toEqual(['notices']);
  });

  test('are adopted by the thousand', async () => {
    const many = spec<Thing>()({ ...things, name: 'many' });
    await engine.prepare([many]);
    const rows = times(2500, (i) => row(red(`t${i}`, { name: `n${i}`, tags: ['x'] }), { version: i + 1 }));
    expect(await engine.adopt(many, rows)).toBe(2500);
    expect(await engine.adopt(many, rows)).toBe(0);
    const page = await engine.walk(many, { limit: 3000 });
    expect(page.rows.length).toBe(2500);
    expect(page.next).toBeUndefined();
  });
});
