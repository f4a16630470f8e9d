import type { HeldWrite } from '../../sessions/tokens/redemption.js';
import type { AnySpec, DocumentOf } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, replace } from '../../storage/write.js';

/** Runs when the answer is known. */
export type Work = () => Promise<void>;

type RealmSpec = AnySpec & { readonly scope: 'realm' };

/** The writes of one request that wait until its answer is known. */
interface Waiting {
  /** Single writes, which a token exchange can take into its commit. */
  readonly writes: readonly HeldWrite[];
  /** Work that needs more than one write. */
  readonly works: readonly Work[];
  /** Work that is done whatever the answer is. */
  readonly settled: readonly Work[];
  readonly afterwards: readonly (() => void)[];
}

/** Keeps the writes of one request until its answer is known. Most are dropped if that is an error. */
export class HeldWrites {
  readonly #realm: Realm;
  readonly #writes: HeldWrite[] = [];
  readonly #works: Work[] = [];
  readonly #afterwards: (() => void)[] = [];
  #settled: Work | undefined;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** Holds a new document. */
  insert<S extends RealmSpec>(spec: S, document: DocumentOf<S>): void {
    this.insertTogether(spec, [document]);
  }

  /** Holds new documents that are one message to the store, in this order, and are tried again together: none is written without those before it. */
  insertTogether<S extends RealmSpec>(spec: S, documents: readonly DocumentOf<S>[]): void {
    const all = async () =>
      (await Promise.all(documents.map((document) => this.#realm.of(spec).insert(document)))).every(({ ok }) => ok);
    const withFirst = () => Promise.resolve(true);
    for (const [at, document] of documents.entries())
      this.#writes.push({ write: insert(spec, document), alone: at === 0 ? all : withFirst });
  }

  /** Holds a new version of a document. If another request writes the document first, this write is left out. */
  replace<S extends RealmSpec>(spec: S, document: DocumentOf<S>, expected: number): void {
    const alone = async () => (await this.#realm.of(spec).replace(document, expected)).ok;
    this.#writes.push({ write: replace(spec, document, expected), alone, isOptional: true });
  }

  /** Holds work that needs more than one write. */
  work(work: Work): void {
    this.#works.push(work);
  }

  /** Runs once everything of a success is written. It is no write, so a request that holds nothing else still holds nothing. */
  afterwards(run: () => void): void {
    this.#afterwards.push(run);
  }

  /** Holds work for any answer, an error too. Only the last one runs: it contains what the earlier ones contained. */
  settle(work: Work): void {
    this.#settled = work;
  }

  get isEmpty(): boolean {
    return this.#writes.length === 0 && this.#works.length === 0 && this.#settled === undefined;
  }

  /** Gives everything that waits, once. */
  take(): Waiting {
    const settled = this.#settled ? [this.#settled] : [];
    this.#settled = undefined;
    return {
      writes: this.#writes.splice(0),
      works: this.#works.splice(0),
      settled,
      afterwards: this.#afterwards.splice(0),
    };
  }
}
