import type { Collection, Realm, Store } from '../../src/storage/store.js';
import type { AnySpec } from '../../src/storage/spec.js';

/** What happens to a write: it is made, it is not, or it is made and its answer is lost. */
export type WriteFate = 'made' | 'refused' | 'unanswered';

const OPERATIONS: ReadonlySet<string> = new Set([
  ...['insert', 'put', 'replace', 'change', 'increment', 'take', 'remove', 'removeWhere'],
]);

/** A store that tells a test of each write, and makes it or not as the test says. For `installation.watch`. */
export function watchedStore() {
  let fateOf: (collections: readonly string[]) => WriteFate | Promise<WriteFate> = () => 'made';

  async function write<T>(collections: readonly string[], make: () => Promise<T>): Promise<T> {
    const fate = await fateOf(collections);
    if (fate === 'refused') throw new Error('killed');
    const made = await make();
    if (fate === 'unanswered') throw new Error('killed');
    return made;
  }

  const watchedCollection = <S>(collection: Collection<S>, { name }: AnySpec): Collection<S> =>
    new Proxy(collection, {
      get(target, operation) {
        const method = Reflect.get(target, operation) as (...args: unknown[]) => Promise<unknown>;
        if (!OPERATIONS.has(String(operation))) return method.bind(target);
        return (...args: unknown[]) => write([name], () => method.apply(target, args));
      },
    });
  const watchedRealm = (realm: Realm): Realm => ({
    ...{ id: realm.id, hasCheapCommits: realm.hasCheapCommits },
    of: (spec) => watchedCollection(realm.of(spec), spec),
    commit: (writes) => {
      const changing = writes.filter(({ kind }) => kind !== 'require');
      return write(
        changing.map(({ spec }) => spec.name),
        () => realm.commit(writes),
      );
    },
    currentVersions: (references) => realm.currentVersions(references),
  });

  return {
    watch: (store: Store): Store => ({
      ...store,
      in: (realm) => watchedRealm(store.in(realm)),
      installation: {
        of: (spec) => watchedCollection(store.installation.of(spec), spec),
        commit: (writes) =>
          write(
            writes.map(({ spec }) => spec.name),
            () => store.installation.commit(writes),
          ),
      },
    }),
    /** Decides about each write while the work is done. @param decide is told the collections of the write */
    async during<T>(decide: typeof fateOf, work: () => Promise<T>): Promise<T> {
      fateOf = decide;
      try {
        return await work();
      } finally {
        fateOf = () => 'made';
      }
    },
  };
}
