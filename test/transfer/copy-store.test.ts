import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { writeKeyCheck } from '../../src/storage/sealing/key-check.js';
import type { Engine } from '../../src/storage/engine.js';
import { OWN_SPECS, openStore } from '../../src/storage/open-store.js';
import { type AnySpec, spec } from '../../src/storage/spec.js';
import { insert, put, remove } from '../../src/storage/write.js';
import { type Database, databases, times } from '../storage/engines.js';
import { notices, parts, tallies, things } from '../storage/things.js';
import { shouts, specs } from './specs.js';
import { box, contentOf, copied, copyOf, directions, fill, live, MANY, odd, openOn, withStore } from './two-stores.js';

const root = join(import.meta.dirname, '../..');
let from: Database;
let to: Database;
afterEach(() => Promise.all([from.drop(), to.drop()]));

const expectRefusal = async (work: Promise<unknown>, said: string): Promise<void> => {
  await expect(work).rejects.toMatchObject({
    code: 'bad-configuration',
    message: expect.stringContaining(said) as unknown,
  });
};
const expectUnfinished = (): Promise<void> =>
  expectRefusal(
    withStore(to, async () => undefined),
    'holds a copy that was not finished',
  );

describe.each(directions)('a copy from %s', (_name, makeFrom, makeTo) => {
  beforeEach(async () => {
    [from, to] = await Promise.all([makeFrom(), makeTo()]);
  });

  test('holds every live document of every realm as it was, and leaves the source as it was', async () => {
    await fill(from, 10);
    const before = await contentOf(from);
    const { resumed, written, kinds, leftBehind } = await copied(from, to);
    expect(live(await contentOf(from))).toEqual(live(before));
    const after = await contentOf(to);
    expect(after).toEqual(copyOf(before));
    expect({ resumed, leftBehind }).toEqual({ resumed: false, leftBehind: [] });
    const counts = Object.fromEntries(Object.entries(after).map(([kind, { length }]) => [kind, length]));
    expect(Object.fromEntries(kinds.map(({ kind, digest }) => [kind, digest.count]))).toEqual(counts);
    expect(counts).toMatchObject({ things: 3 * 3 + 10, parts: 6, tallies: 3, notices: 1, keyChecks: 1 });
    expect(written).toBe(kinds.reduce((sum, { digest }) => sum + digest.count, 0));
  });

  test('opens under the same keys, seals and indexes too, and under no others', async () => {
    await fill(from, 10);
    await copied(from, to);
    await withStore(to, async (store) => {
      expect(await writeKeyCheck(store)).toBe('opens');
      expect(await store.installation.of(notices).get('n')).toMatchObject({ text: 'a sealed notice of the house' });
      expect(await store.installation.of(shouts).get('s')).toBeUndefined();
      for (const id of ['r', 'r:%', '𝒵']) {
        const all = store.in(id).of(things);
        const found = { ...odd, secret: `secret of ${id}`, version: 1 };
        expect(await all.get(odd.id)).toEqual(found);
        expect(await all.findOne('door', { door: hashOf('door') })).toEqual(found);
        expect((await all.find('byTag', { tags: 'x' }, { limit: 9 })).rows).toEqual([found]);
        expect(await all.get('changed')).toEqual({ id: 'changed', kind: 'green', secret: 'after', version: 2 });
        expect(await all.get('ended')).toBeUndefined();
        expect(await store.in(id).of(tallies).increment('t', 'n', 1)).toMatchObject({ value: 4 });
        expect(await all.insert({ id: 'new', kind: 'red', door: hashOf('door') })).toMatchObject({ ok: false });
      }
    });
    const others = secretBox([{ id: 'copy', key: Buffer.alloc(32, 8) }]);
    const store = await openStore({ specs, box: others, engine: await to.engine() });
    await expectRefusal(writeKeyCheck(store), 'GATEHOUSE_KEYS does not hold the key');
    await store.close();
  });

  test.each([
    ['copying', 1],
    ['copying', 4],
    ['comparing', 3],
  ])('that is killed while %s (%d) is used by nobody, and is finished by the next run', async (doing, page) => {
    await fill(from);
    const before = await contentOf(from);
    await killed(doing, page);
    await expectUnfinished();
    expect(live(await contentOf(from))).toEqual(live(before));
    const { resumed, written } = await copied(from, to);
    expect(await contentOf(to)).toEqual(copyOf(before));
    expect(resumed).toBe(true);
    // It went on: what was there was not written anew.
    if (page > 1) expect(written).toBeLessThan(MANY);
    await (await openOn(to)).close();
  });

  test('that was killed follows a source that has changed since: documents new, changed, gone, and keys handed on', async () => {
    await fill(from);
    await killed('comparing', 1);
    await withStore(from, async (store) => {
      const realm = store.in('r');
      const all = realm.of(things);
      await all.insert({ id: 'new', kind: 'red' });
      await all.replace({ id: 'm7', kind: 'blue', name: 'other' }, 1);
      await Promise.all(times(600, (i) => all.remove(`m${800 + i}`)));
      await store.installation.of(notices).remove('n');
      // Two change names with one another, by way of a third; one takes the name of another that is gone.
      await all.replace({ id: 'm1', kind: 'red', name: 'between' }, 1);
      await all.replace({ id: 'm2', kind: 'red', name: 'n1' }, 1);
      await all.replace({ id: 'm1', kind: 'red', name: 'n2' }, 2);
      await realm.commit([remove(things, 'm3'), put(things, { id: 'm4', kind: 'red', name: 'n3' })]);
      await realm.commit([insert(parts, { id: 'late', thing: 'new' }), remove(parts, 'p')]);
    });
    const now = await contentOf(from);
    const { written } = await copied(from, to);
    expect(await contentOf(to)).toEqual(copyOf(now));
    expect(written).toBeLessThan(20);
  });

  test('of a source that somebody changes meanwhile is found out, and can be made again', async () => {
    await fill(from, 10);
    const change = () => withStore(from, (store) => store.in('𝒵').of(things).put({ id: 'changed', kind: 'red' }));
    const work = copied(from, to, beforeComparing(change));
    await expect(work).rejects.toMatchObject({
      code: 'copy-differs',
      message: expect.stringMatching(/\(things of realm 𝒵: 3 here and 3 there\).*Stop every Gatehouse/) as unknown,
    });
    await expectUnfinished();
    expect(await copied(from, to)).toMatchObject({ resumed: true, written: 1 });
    expect(await contentOf(to)).toEqual(copyOf(await contentOf(from)));
  });

  test.each(specs.filter(({ transient }) => !transient).map(({ name }) => name))(
    'of a source that somebody changes while %s are compared is found out, though the kinds before are compared already',
    async (kind) => {
      await fill(from, 10);
      const change = () => withStore(from, (store) => store.in('r').of(things).insert({ id: 'late', kind: 'red' }));
      await expect(copied(from, to, beforeComparing(change, kind))).rejects.toMatchObject({
        code: 'copy-differs',
        message: expect.stringContaining('(things of realm r: 14 here and 13 there)') as unknown,
      });
      await expectUnfinished();
    },
  );

  test('that somebody changes behind our back is found out: a document more, or less, or other', async () => {
    await fill(from, 10);
    const tamperings: ((engine: Engine) => Promise<unknown>)[] = [
      (engine) => engine.discard(things, [{ realm: 'r', id: 'm1' }]),
      (engine) => engine.adopt(parts, [{ realm: 'r', version: 1, shape: 1, document: { id: 'more', thing: 'm1' } }]),
      (engine) =>
        engine.adopt(things, [{ realm: 'r', version: 1, shape: 1, document: { id: 'm1', kind: 'red', name: 'n1 ' } }]),
      (engine) =>
        engine.adopt(things, [{ realm: 'r', version: 2, shape: 1, document: { id: 'm1', kind: 'red', name: 'n1' } }]),
    ];
    for (const tamper of tamperings) {
      await expect(
        copied(
          from,
          to,
          beforeComparing(() => behindOurBack(tamper)),
        ),
      ).rejects.toMatchObject({ code: 'copy-differs' });
      await expectUnfinished();
    }
    await copied(from, to);
    expect(await contentOf(to)).toEqual(copyOf(await contentOf(from)));
  });

  test('is alike in spite of what ends and is swept meanwhile', async () => {
    await fill(from, 10);
    const soon = { id: 'soon', kind: 'red' as const, expiresAt: Date.now() + 20_000 };
    await withStore(from, (store) => store.in('r').of(things).insert(soon));
    const sweep = () => behindOurBack((engine) => engine.discard(things, [{ realm: 'r', id: 'soon' }]));
    await copied(from, to, beforeComparing(sweep));
    await (await openOn(to)).close();
  });

  test('stops where a later run has taken over and finished', async () => {
    await fill(from, 10);
    let once = true;
    const work = copied(from, to, {
      wrapTarget: (target) => ({
        ...target,
        async adopt(of, rows) {
          if (once) {
            once = false;
            await copied(from, to);
            // From then on the copy is somebody's own.
            await withStore(to, (store) => store.in('r').of(things).put({ id: 'm1', kind: 'blue' }));
          }
          return target.adopt(of, rows);
        },
      }),
    });
    await expectRefusal(work, 'another run of this command');
    await withStore(to, async (store) => {
      expect(await store.in('r').of(things).get('m1')).toMatchObject({ kind: 'blue' });
    });
  });
});

/** A process of its own that copies and dies on the way. */
async function killed(doing: string, page: number): Promise<void> {
  const child = fork(join(import.meta.dirname, 'copy-child.ts'), [from.address, to.address, doing, String(page)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(root, 'test/support/typescript-child.mjs')],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

async function behindOurBack(tamper: (engine: Engine) => Promise<unknown>): Promise<void> {
  const engine = await to.engine();
  await tamper(engine);
  await engine.close();
}

/** Does something once, when all is copied and before anything is compared, or before this kind is. */
function beforeComparing(act: () => Promise<unknown>, kind?: string): Parameters<typeof copied>[2] {
  let comparing = false;
  let acted: Promise<unknown> | undefined;
  return {
    onProgress: ({ doing }) => void (comparing = doing === 'comparing'),
    wrapTarget: (target) => ({
      ...target,
      async walk(of, page) {
        if (comparing && (kind === undefined || of.name === kind)) await (acted ??= act());
        return target.walk(of, page);
      },
    }),
  };
}

describe('what can not be copied, or copied to, stays as it is:', () => {
  const [, sqlite] = databases[0];
  const [, mongodb] = databases[1];
  beforeEach(async () => {
    [from, to] = await Promise.all([sqlite(), mongodb()]);
  });
  const other = secretBox([{ id: 'other', key: Buffer.alloc(32, 9) }]);
  const someoneElse = async (database: Database): Promise<void> => {
    const store = await openStore({ specs, box: other, engine: await database.engine() });
    await writeKeyCheck(store);
    await store.in('r').of(things).insert({ id: 'theirs', kind: 'red' });
    await store.close();
  };
  const dyingWhenMarked = (): Parameters<typeof copied>[2] => ({
    wrapTarget: (target) => ({ ...target, adopt: () => Promise.reject(new Error('died')) }),
  });

  test('a target that belongs to someone', async () => {
    await fill(from, 3);
    await someoneElse(to);
    const theirs = await contentOf(to);
    await expectRefusal(copied(from, to), 'holds documents already');
    expect(await contentOf(to)).toEqual(theirs);
    await (await openStore({ specs, box: other, engine: await to.engine() })).close();
  });

  test('a target that somebody begins to use at the very moment at which it is marked', async () => {
    await fill(from, 3);
    let used: Promise<void> | undefined;
    const work = copied(from, to, {
      wrapTarget: (target) => ({
        ...target,
        async write(writes, at) {
          await (used ??= someoneElse(to));
          return target.write(writes, at);
        },
      }),
    });
    await expectRefusal(work, 'holds documents already');
    const store = await openStore({ specs, box: other, engine: await to.engine() });
    expect(await writeKeyCheck(store)).toBe('opens');
    expect(await store.in('r').of(things).get('theirs')).toMatchObject({ kind: 'red' });
    await store.close();
  });

  test('a target is given up by who opens it while it is being marked', async () => {
    await fill(from, 3);
    let copying: Promise<unknown> | undefined;
    const engine = await to.engine();
    const opening = openStore({
      ...{ specs, box: other },
      engine: {
        ...engine,
        async write(writes, at) {
          // It has looked for a mark, and has written nothing yet.
          await (copying ??= expect(copied(from, to, dyingWhenMarked())).rejects.toThrow('died'));
          return engine.write(writes, at);
        },
      },
    });
    await expectRefusal(
      opening.then((store) => store.close()),
      'holds a copy that was not finished',
    );
    expect(copying).toBeDefined();
    expect(await copied(from, to)).toMatchObject({ resumed: true });
    await (await openOn(to)).close();
  });

  test('a target that holds anything at all', async () => {
    await fill(from, 3);
    const engine = await to.engine();
    await engine.prepare([tallies]);
    await engine.adopt(tallies, [{ realm: 'r', version: 1, shape: 1, document: { id: 't', expiresAt: 1 } }]);
    await engine.close();
    await expectRefusal(copied(from, to), 'holds documents already');
  });

  test('a copy that was finished, and the source itself', async () => {
    await fill(from, 3);
    await copied(from, to);
    const before = await contentOf(to);
    await expectRefusal(copied(from, to), 'holds this store already');
    await expectRefusal(copied(from, from), 'holds this store already');
    expect(await contentOf(to)).toEqual(before);
    await (await openOn(to)).close();
    await (await openOn(from)).close();
  });

  test('an unfinished copy of another store', async () => {
    await fill(from, 600);
    await killed('comparing', 1);
    const before = await contentOf(to);
    const another = await sqlite();
    await someoneElse(another);
    await expectRefusal(copied(another, to), 'holds an unfinished copy of another store');
    await another.drop();
    expect(await contentOf(to)).toEqual(before);
  });

  test('a source that is an unfinished copy itself', async () => {
    await fill(from, 600);
    await killed('comparing', 1);
    const third = await sqlite();
    await expectRefusal(copied(to, third), 'holds a copy that was not finished');
    await third.drop();
  });

  test('a source that holds nothing', async () => {
    await expectRefusal(copied(from, to), 'where there is no store');
    await (await openOn(from)).close();
    await expectRefusal(copied(from, to), 'holds nothing yet');
    expect(await contentOf(to)).toEqual({});
  });

  test('a source of an older shape, and one of a newer', async () => {
    await fill(from, 3);
    const bySpecs = (changed: AnySpec[]) => copied(from, to, { specs: [...OWN_SPECS, ...changed] });
    const newer = spec<{ id: string; thing: string }>()({ ...parts, version: 2, migrations: { 2: (old) => old } });
    await expectRefusal(bySpecs([...specs.filter((each) => each !== parts), newer]), 'last used by an older Gatehouse');
    await (await openStore({ specs: [newer], box, engine: await from.engine() })).close();
    await expectRefusal(bySpecs(specs), 'written by a newer Gatehouse');
    expect(await contentOf(to)).toEqual({});
  });

  test('a kind that this version does not know is named, and left behind', async () => {
    await fill(from, 3);
    const known = specs.filter((each) => each !== parts);
    expect(await copied(from, to, { specs: [...OWN_SPECS, ...known] })).toMatchObject({
      leftBehind: expect.arrayContaining(['parts']) as unknown,
    });
    expect(Object.keys(await contentOf(to))).not.toContain('parts');
  });
});
