import type { Instant } from '../base/clock.js';
import type { Json, JsonObject } from '../base/json.js';
import type { Page, PageRequest } from '../base/paging.js';
import type { AnyCondition } from './condition.js';
import type { CommitOutcome, StoreRefusal } from './refusal.js';
import type { CurrentVersion, Revision } from './revision.js';
import type { AnySpec } from './spec.js';

/**
 * The part below the port: exactly what differs between databases.
 *
 * An engine receives only what `open-store` has checked: consistent specs, plain JSON documents whose indexed fields have their
 * one type and whose sealed fields are sealed, and queries that their spec declares. It owns `version` and throws only
 * StoreUnavailable. It reads no clock: each operation receives the time, and treats a document whose `expiresAt` has passed as
 * absent. Strings compare by UTF-8 bytes. Each write except `exchange` gives the document a new random `incarnation`; `adopt`
 * keeps the one of its row, if any.
 */
export interface Engine {
  /** The maximum time that an operation waits (for a lock, a connection, a primary, its turn), in milliseconds. */
  readonly patience: number;
  /** Whether several writes together are one durable step that costs no more than one of them. */
  readonly hasCheapCommits: boolean;
  /**
   * Creates the missing tables and indexes of these specs, and fills them. Indexes that no spec declares any more stay, since a
   * process of an older version may use them. Only those that would refuse or falsify a write are removed; a unique key becomes
   * a plain index.
   */
  prepare(specs: readonly AnySpec[]): Promise<void>;
  /** Drops the indexes that no spec declares any more. Idempotent. False: `under` does not hold. */
  tidy(specs: readonly AnySpec[], now: Instant, under: EngineRequirement): Promise<boolean>;
  get(at: Place, id: string, now: Instant): Soon<Row | undefined>;
  /** One for each reference, in order; undefined for a document that does not exist. One message for all of one tick. */
  currentVersions(references: readonly EngineReference[], now: Instant): Soon<readonly (CurrentVersion | undefined)[]>;
  /** The existing ones, in any order. */
  getMany(at: Place, ids: readonly string[], now: Instant): Soon<readonly Row[]>;
  /** The holder of a unique key; values in the order of the key's fields. */
  findOne(at: Place, key: string, values: readonly Json[], now: Instant): Soon<Row | undefined>;
  /** Like `get`, but without the content if the document is still the known one. */
  getIfChanged(at: Place, id: string, known: KnownDocument | undefined, now: Instant): Soon<RevalidatedRow>;
  /** Like `findOne`, but without the content if the holder is still the known document. */
  findOneIfChanged(
    at: Place,
    key: string,
    values: readonly Json[],
    known: KnownDocument | undefined,
    now: Instant,
  ): Soon<RevalidatedRow>;
  find(at: Place, find: EngineFind, now: Instant): Soon<readonly Row[]>;
  /** The number of results, counted up to `limit`. */
  count(at: Place, query: EngineQuery, limit: number, now: Instant): Promise<number>;
  /** All or none; a single one needs no transaction. */
  write(writes: readonly EngineWrite[], now: Instant): Promise<EngineOutcome>;
  /**
   * Inserts `fresh` if there is no current document; otherwise adds to the field and keeps the rest. Returns the new document.
   */
  increment(at: Place, fresh: EngineDocument, field: string, by: number, now: Instant): Promise<Row>;
  take(at: Place, id: string, condition: AnyCondition, now: Instant): Promise<Row | undefined>;
  removeWhere(at: Place, query: EngineQuery, limit: number, now: Instant): Promise<number>;
  /** Removes expired documents of the prepared specs, at most `limit` of each. Undefined: `under` does not hold. */
  sweep(limit: number, now: Instant, under: EngineRequirement): Promise<number | undefined>;
  /**
   * Every stored document of a spec, in all realms and including expired ones, in an order of the engine's own. A page may be
   * short or empty; only `next` says whether there are more.
   */
  walk(spec: AnySpec, page: Walk): Promise<Page<WalkedRow>>;
  /**
   * Stores these rows exactly as given, including version and shape, whatever had their ids. Other holders of their unique keys
   * are removed. Returns how many rows were not identical already. Not atomic, but can be repeated.
   */
  adopt(spec: AnySpec, rows: readonly WalkedRow[]): Promise<number>;
  /**
   * Replaces a document in place if the row is unchanged. Version, shape and all indexed fields stay, so nobody who expects the
   * version notices. Returns how many were replaced. Not atomic.
   */
  exchange(spec: AnySpec, changes: readonly RowExchange[]): Promise<number>;
  /** Removes these documents, including expired ones. Missing ones are ignored. */
  discard(spec: AnySpec, keys: readonly WalkedKey[]): Promise<void>;
  /** The names of the kinds that have documents, including expired ones, whether or not their spec was prepared. */
  kinds(): Promise<readonly string[]>;
  /** Makes a test write: a store that can only be read is not available either. */
  ping(): Promise<void>;
  /** Waits for operations in progress. */
  close(): Promise<void>;
}

/** Reads a whole store: everything that is allowed on a store that must not change. */
export type EngineReader = Pick<Engine, 'get' | 'getMany' | 'walk' | 'kinds' | 'close'>;

/** A result that an engine has at once, where it reads without waiting, or a promise of it. */
export type Soon<T> = T | Promise<T>;

/** One collection of one realm; the realm `''` holds the installation's own documents. */
export interface Place {
  readonly spec: AnySpec;
  readonly realm: string;
}

export interface EngineReference {
  readonly at: Place;
  readonly id: string;
}

export type EngineDocument = JsonObject & { readonly id: string; readonly expiresAt?: Instant };

export interface Row {
  readonly document: EngineDocument;
  readonly version: number;
  /** The version of the spec when it was written. */
  readonly shape: number;
}

export interface RevisedRow extends Row {
  /** Absent if an older version wrote it. */
  readonly incarnation?: number;
}

/** A document that was read before. */
export interface KnownDocument extends Revision {
  readonly id: string;
  readonly expiresAt?: Instant;
}

/** `unchanged`: it exists and has the revision of the known document. */
export type RevalidatedRow = RevisedRow | 'unchanged' | undefined;

export interface EngineQuery {
  /** A name in `spec.queries`. */
  readonly name: string;
  /** In the order of `equal`. */
  readonly equal: readonly Json[];
  readonly contains?: string;
  readonly range?: EngineRange;
}

/** At most one bound in each direction, over the order field. */
export interface EngineRange {
  readonly from?: { readonly value: string | number; readonly inclusive: boolean };
  readonly to?: { readonly value: string | number; readonly inclusive: boolean };
}

export interface EngineFind extends EngineQuery {
  readonly limit: number;
  /** The last row of the previous page: its order value, if the query has an order, and its id. */
  readonly after?: { readonly order?: string | number; readonly id: string };
}

/**
 * Every written document is marked with `spec.version`, its shape. `replace` expects an unexpired document, except in
 * migrations (`expired: 'too'`). An expired holder of an id or unique key is removed.
 */
export type EngineWrite = { readonly at: Place } & (
  | { readonly kind: 'insert'; readonly document: EngineDocument }
  | { readonly kind: 'put'; readonly document: EngineDocument }
  | {
      readonly kind: 'replace';
      readonly document: EngineDocument;
      readonly expected: number;
      readonly expired?: 'too';
    }
  | {
      readonly kind: 'remove' | 'require';
      readonly id: string;
      readonly condition: AnyCondition;
      /** The required version; absent: any. */
      readonly expected?: number;
    }
);

export type EngineRequirement = Extract<EngineWrite, { kind: 'remove' | 'require' }> & { readonly kind: 'require' };

/** `versions`: of each written document, in the order of the writes; 0 for `remove` and `require`. */
export type EngineOutcome =
  | { readonly ok: true; readonly versions: readonly number[] }
  | (Extract<CommitOutcome, { ok: false }> & { readonly refusal: StoreRefusal });

export interface Walk extends PageRequest {
  /** Only documents of an older shape than this. */
  readonly below?: number;
}

export interface WalkedKey {
  readonly realm: string;
  readonly id: string;
}

export interface WalkedRow extends RevisedRow {
  readonly realm: string;
}

/** New values of sealed fields. */
export interface RowExchange {
  readonly row: WalkedRow;
  readonly document: EngineDocument;
}
