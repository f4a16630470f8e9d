import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { Engine, WalkedRow } from '../../src/storage/engine.js';
import { writeKeyCheck } from '../../src/storage/sealing/key-check.js';
import { OWN_SPECS, openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { schemaVersions } from '../../src/storage/migration/schema-versions.js';
import type { Store } from '../../src/storage/store.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { insert } from '../../src/storage/write.js';
import { type Copied, copyStore, type CopyJob } from '../../src/transfer/copy-store.js';
import { type Database, databases, times } from '../storage/engines.js';
import { notices, parts, tallies, things, type Thing } from '../storage/things.js';
import { shouts, specs } from './specs.js';

/** From each store to each: the name of both, how to make one to copy from, and one to copy to. */
const [sqlite, mongodb] = databases;
export const directions = [
  ['sqlite to mongodb', sqlite[1], mongodb[1]],
  ['mongodb to sqlite', mongodb[1], sqlite[1]],
] as const;

export const box = secretBox([{ id: 'copy', key: Buffer.alloc(32, 7) }]);

export const openOn = async (database: Database): Promise<Store> =>
  openStore({ specs, box, engine: await database.engine() });

const REALMS = ['r', 'r:%', '𝒵'];
/** Documents of the kind `things` in the realm `r`. */
export const MANY = 1600;

/** Lets a store of its own process work, and closes it. */
export async function withStore<T>(database: Database, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openOn(database);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Every kind of document and odd values, in several realms; some have ended, some are at later versions. */
export async function fill(database: Database, many = MANY): Promise<void> {
  await withStore(database, async (store) => {
    await writeKeyCheck(store);
    await store.installation.of(notices).insert({ id: 'n', text: 'a sealed notice of the house' });
    await store.installation.of(shouts).insert({ id: 's', text: 'for processes here' });
    for (const id of REALMS) {
      const realm = store.in(id);
      const all = realm.of(things);
      await all.insert({ ...odd, secret: `secret of ${id}` });
      await all.insert({ id: 'ended', kind: 'blue', name: 'ended', expiresAt: Date.now() - 1 });
      await all.insert({ id: 'ends', kind: 'blue', name: 'ends', expiresAt: Date.now() + 86_400_000 });
      await all.insert({ id: 'changed', kind: 'red', secret: 'before' });
      await all.replace({ id: 'changed', kind: 'green', secret: 'after' }, 1);
      await realm.of(tallies).increment('t', 'n', 3);
      await realm.commit([insert(parts, { id: 'p', thing: 'ends' }), insert(parts, { id: 'q', thing: odd.id })]);
    }
    const all = store.in('r').of(things);
    for (let from = 0; from < many; from += 100) {
      await Promise.all(
        times(Math.min(100, many - from), (i) => all.insert({ id: `m${from + i}`, kind: 'red', name: `n${from + i}` })),
      );
    }
  });
}

export const odd: Thing = {
  id: 'odd\u0000𝒵',
  kind: 'red',
  name: 'Zoë "𝒵"\u2028\\',
  rank: -0.1,
  flag: false,
  tags: ['', 'x', 'x', '\uffee'],
  door: hashOf('door'),
  weight: 2 ** 63,
  parts: [{ name: '$set', sizes: [5e-324, 1e21, 0] }],
};

/** Copies on engines of its own. */
export async function copied(
  from: Database,
  to: Database,
  more: Partial<CopyJob> & { readonly wrapTarget?: (target: Engine) => Engine } = {},
): Promise<Copied> {
  const source = await from.reader();
  const target = await to.engine();
  try {
    return await copyStore({
      ...{ source, target: more.wrapTarget?.(target) ?? target, specs: [...OWN_SPECS, ...specs] },
      ...more,
    });
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

const byPlace = (a: WalkedRow, b: WalkedRow): number =>
  JSON.stringify([a.realm, a.document.id]) < JSON.stringify([b.realm, b.document.id]) ? -1 : 1;

type Content = Readonly<Record<string, readonly WalkedRow[]>>;

/** Every row of a database, by kind; those that have ended too. */
export async function contentOf(database: Database): Promise<Content> {
  const engine = await database.engine();
  try {
    const known = new Map([...OWN_SPECS, ...specs].map((each): [string, AnySpec] => [each.name, each]));
    const content: Record<string, readonly WalkedRow[]> = {};
    for (const kind of [...(await engine.kinds())].sort()) {
      const { rows } = await engine.walk(known.get(kind) ?? schemaVersions, { limit: 100_000 });
      content[kind] = [...rows].sort(byPlace);
    }
    return content;
  } finally {
    await engine.close();
  }
}

/** Returns the rows that have not expired: expired rows may be swept at any moment. */
export function live(content: Content): Content {
  const lives = ({ document: { expiresAt } }: WalkedRow): boolean => expiresAt === undefined || expiresAt > Date.now();
  return Object.fromEntries(Object.entries(content).map(([kind, rows]) => [kind, rows.filter(lives)]));
}

/** Returns the rows that a copy of this content must have. */
export function copyOf(content: Content): Content {
  const isOurs = new Set([...OWN_SPECS, ...specs].filter(({ transient }) => !transient).map(({ name }) => name));
  return Object.fromEntries(Object.entries(live(content)).filter(([kind]) => isOurs.has(kind)));
}
