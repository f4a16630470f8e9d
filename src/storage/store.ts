import type { Instant } from '../base/clock.js';
import type { Page, PageRequest } from '../base/paging.js';
import type { Condition } from './condition.js';
import type { Held } from './leases/lease-holder.js';
import type { CommitOutcome, Outcome } from './refusal.js';
import type { CurrentVersion } from './revision.js';
import type { AnySpec, DocumentOf, IdOf, KeyName, KeyValues, QueryName, QueryValues, Stored } from './spec.js';
import type { Write } from './write.js';

/** Called after each page with the number of documents of a kind read so far. */
export type ResealProgress = (kind: string, seen: number) => void;

/** A realm's name in the store. */
export type RealmId = string;

/** Errors of the port's operations: StoreUnavailable; `store-misuse` if a caller violates its spec. */
export interface Store {
  in(realm: RealmId): Realm;
  /** The installation's own documents. */
  readonly installation: InstallationStore;
  /** @throws StoreUnavailable if the store does not answer or accepts no writes */
  ping(): Promise<void>;
  /**
   * Removes expired documents, at most `limit` of each kind; returns how many. Maintenance: reads never wait for it.
   * @throws GatehouseError `lease-lost`
   */
  sweep(limit: number, held: Held): Promise<number>;
  /**
   * Finishes an upgrade once processes of the previous version are gone: see `schema-versions`. @throws GatehouseError
   * `lease-lost`
   */
  settle(signal: AbortSignal): Promise<void>;
  /** Seals everything under the current key; returns how many documents were changed. For errors see `reseal`. */
  reseal(onProgress?: ResealProgress): Promise<number>;
  close(): Promise<void>;
}

export interface Realm {
  readonly id: RealmId;
  /** Whether a commit of several writes costs no more than one of them, so that a hot path may use it. */
  readonly hasCheapCommits: boolean;
  of<S extends AnySpec & { readonly scope: 'realm' }>(spec: S): Collection<S>;
  /**
   * All of these writes, or none; at most `COMMIT_LIMIT` of `write.ts`. A commit of one write is that write. It may include installation documents.
   * Nothing else is read inside: each write carries its expectation.
   */
  commit(writes: readonly Write[]): Promise<CommitOutcome>;
  /**
   * The current versions of documents of several kinds, in order, without their content; undefined for one that does not exist.
   * They may include installation documents. All that is asked for in one tick is one call to the database.
   */
  currentVersions(references: readonly DocumentReference[]): Promise<readonly (CurrentVersion | undefined)[]>;
}

/** A document of the realm or, if its spec says so, of the installation. */
export interface DocumentReference {
  readonly spec: AnySpec;
  readonly id: string;
}

export interface InstallationStore {
  of<S extends AnySpec & { readonly scope: 'installation' }>(spec: S): Collection<S>;
  /** Like {@link Realm.commit}, only for the installation's own documents. */
  commit(writes: readonly Write[]): Promise<CommitOutcome>;
}

/** One kind of document in one realm, or of the installation. No read returns an expired document. */
export interface Collection<S> {
  get(id: IdOf<S>): Promise<Stored<DocumentOf<S>> | undefined>;
  /** The existing ones, by id; at most PAGE_LIMIT ids. */
  getMany(ids: readonly IdOf<S>[]): Promise<ReadonlyMap<string, Stored<DocumentOf<S>>>>;
  findOne<K extends KeyName<S>>(key: K, values: KeyValues<S, K>): Promise<Stored<DocumentOf<S>> | undefined>;
  /**
   * In the query's order, then by id; strings by their UTF-8 bytes. Stable while rows come and go. Excludes documents without
   * the field that the query orders by.
   */
  find<N extends QueryName<S>>(
    query: N,
    values: QueryValues<S, N>,
    page: PageRequest,
  ): Promise<Page<Stored<DocumentOf<S>>>>;
  /** The number of results, counted up to `upTo`. */
  count<N extends QueryName<S>>(query: N, values: QueryValues<S, N>, upTo: number): Promise<number>;
  /** May be refused with `conflict`. */
  insert(document: DocumentOf<S>): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /** Insert or overwrite. May be refused with `conflict` (a unique key other than the id). */
  put(document: DocumentOf<S>): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /** Replaces the whole document, if it is at this version. May be refused with `changed`, `missing`, `conflict`. */
  replace(document: DocumentOf<S>, expected: number): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /**
   * Get, change, replace; repeated up to 16 times after conflicts. `change` returns the new document, or undefined to leave it
   * unchanged. Refused with `missing`, `conflict`, or `changed` if it never succeeded.
   */
  change(
    id: IdOf<S>,
    change: (document: Stored<DocumentOf<S>>) => DocumentOf<S> | undefined,
  ): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /**
   * Adds an integer atomically. Creates a document of id, field and expiresAt if there is none; an existing one keeps its own
   * end. Only for specs whose other fields are optional and neither indexed nor sealed.
   */
  increment(
    id: IdOf<S>,
    field: NumberFieldOf<S>,
    by: number,
    expiresAt?: Instant,
  ): Promise<{ readonly value: number; readonly expiresAt?: Instant }>;
  /** Removes and returns it, if it exists and meets the condition; of 20 parallel callers one gets it. */
  take(id: IdOf<S>, condition?: Condition<S>): Promise<Stored<DocumentOf<S>> | undefined>;
  /** Returns whether there was something to remove. */
  remove(id: IdOf<S>, condition?: Condition<S>): Promise<boolean>;
  /** Removes up to `limit` (at most PAGE_LIMIT) results of the query, in order; returns how many. */
  removeWhere<N extends QueryName<S>>(query: N, values: QueryValues<S, N>, limit: number): Promise<number>;
}

type NumberFieldOf<S> = {
  [K in Extract<keyof DocumentOf<S>, string>]-?: NonNullable<DocumentOf<S>[K]> extends number ? K : never;
}[Extract<keyof DocumentOf<S>, string>];
