import type { Instant } from '../base/clock.js';
import type { Page, PageRequest } from '../base/paging.js';
import type { Condition } from './condition.js';
import type { Held } from './leases/lease-holder.js';
import type { CommitOutcome, Outcome } from './refusal.js';
import type { AnySpec, DocumentOf, IdOf, KeyName, KeyValues, QueryName, QueryValues, Stored } from './spec.js';
import type { Write } from './write.js';

/** Hears after each page of how many documents of a kind were looked at. */
export type ResealProgress = (kind: string, seen: number) => void;

/** A realm's name within the store. */
export type RealmId = string;

/** The errors of the port's operations: StoreUnavailable; `store-misuse` where a caller breaks its spec. */
export interface Store {
  in(realm: RealmId): Realm;
  /** The installation's own documents. */
  readonly installation: InstallationStore;
  /** @throws StoreUnavailable when the store does not answer, or takes no writes */
  ping(): Promise<void>;
  /**
   * Removes what has expired, at most `limit` documents of each kind; gives how many went. Housekeeping: reads never wait for it.
   * @throws GatehouseError `lease-lost`
   */
  sweep(limit: number, held: Held): Promise<number>;
  /** Finishes an upgrade once processes of the version before are gone: see `schema-versions`. @throws GatehouseError `lease-lost` */
  settle(signal: AbortSignal): Promise<void>;
  /** Seals everything under the key that seals now; gives how many documents were not: see `reseal`, whose errors these are. */
  reseal(onProgress?: ResealProgress): Promise<number>;
  close(): Promise<void>;
}

export interface Realm {
  readonly id: RealmId;
  /** Whether a commit of several writes costs no more than one of them, so that a hot path may use it. */
  readonly hasCheapCommits: boolean;
  of<S extends AnySpec & { readonly scope: 'realm' }>(spec: S): Collection<S>;
  /**
   * All of these writes, or none; at most 64. A commit of one write is that write. InstallationStore documents may be among them.
   * Nothing else is read inside: each write carries what it expects.
   */
  commit(writes: readonly Write[]): Promise<CommitOutcome>;
}

export interface InstallationStore {
  of<S extends AnySpec & { readonly scope: 'installation' }>(spec: S): Collection<S>;
  /** As {@link Realm.commit}, of the installation's own documents only. */
  commit(writes: readonly Write[]): Promise<CommitOutcome>;
}

/** One kind of document in one realm, or of the installation. No read gives an expired document. */
export interface Collection<S> {
  get(id: IdOf<S>): Promise<Stored<DocumentOf<S>> | undefined>;
  /** Those that are there, by id; at most PAGE_LIMIT are asked for. */
  getMany(ids: readonly IdOf<S>[]): Promise<ReadonlyMap<string, Stored<DocumentOf<S>>>>;
  findOne<K extends KeyName<S>>(key: K, values: KeyValues<S, K>): Promise<Stored<DocumentOf<S>> | undefined>;
  /**
   * In the query's order, then by id; strings by their UTF-8 bytes. Stable while rows come and go. A document that lacks the
   * field a query orders by is not in its result.
   */
  find<N extends QueryName<S>>(
    query: N,
    values: QueryValues<S, N>,
    page: PageRequest,
  ): Promise<Page<Stored<DocumentOf<S>>>>;
  /** How many, counted no further than `upTo`. */
  count<N extends QueryName<S>>(query: N, values: QueryValues<S, N>, upTo: number): Promise<number>;
  /** May be refused with `conflict`. */
  insert(document: DocumentOf<S>): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /** Insert or overwrite. May be refused with `conflict` (a unique key other than the id). */
  put(document: DocumentOf<S>): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /** The whole document, if it is at this version. May be refused with `changed`, `missing`, `conflict`. */
  replace(document: DocumentOf<S>, expected: number): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /**
   * Get, change, replace; again (at most 16 times) when someone else was faster. `change` gives the new document, or
   * undefined to leave it as it is. Refused with `missing`, `conflict`, or `changed` when it never got through.
   */
  change(
    id: IdOf<S>,
    change: (document: Stored<DocumentOf<S>>) => DocumentOf<S> | undefined,
  ): Promise<Outcome<Stored<DocumentOf<S>>>>;
  /**
   * Adds a whole number, atomically. Where there is no live document it makes one of id, field and expiresAt; a live one
   * keeps its own end. Only for specs whose other fields are optional and neither indexed nor sealed.
   */
  increment(
    id: IdOf<S>,
    field: NumberFieldOf<S>,
    by: number,
    expiresAt?: Instant,
  ): Promise<{ readonly value: number; readonly expiresAt?: Instant }>;
  /** Removes and returns it, if it is there and as the condition demands; of 20 parallel callers one gets it. */
  take(id: IdOf<S>, condition?: Condition<S>): Promise<Stored<DocumentOf<S>> | undefined>;
  /** Whether there was something to remove. */
  remove(id: IdOf<S>, condition?: Condition<S>): Promise<boolean>;
  /** Removes at most `limit` (and PAGE_LIMIT) of what the query finds, first ones first; gives how many went. */
  removeWhere<N extends QueryName<S>>(query: N, values: QueryValues<S, N>, limit: number): Promise<number>;
}

type NumberFieldOf<S> = {
  [K in Extract<keyof DocumentOf<S>, string>]-?: NonNullable<DocumentOf<S>[K]> extends number ? K : never;
}[Extract<keyof DocumentOf<S>, string>];
