import type { Instant } from '../base/clock.js';
import type { Json, JsonObject } from '../base/json.js';
import type { Page, PageRequest } from '../base/paging.js';
import type { AnyCondition } from './condition.js';
import type { CommitOutcome, StoreRefusal } from './refusal.js';
import type { AnySpec } from './spec.js';

/**
 * The part below the port: exactly what differs between databases.
 *
 * An engine is handed only what `open-store` has checked: specs that are consistent, documents of plain JSON whose indexed
 * fields have their one type, whose sealed fields are sealed, and queries that their spec declares. It owns `version`, asks
 * no clock (each operation is told the time, and takes a document whose `expiresAt` is not past it as absent), and throws
 * StoreUnavailable alone. Strings compare by UTF-8 bytes.
 */
export interface Engine {
  /** How long it lets an operation wait (for a lock, a connection, a primary, its turn), in milliseconds. */
  readonly patience: number;
  /** Whether several writes together are one durable step that costs no more than one of them. */
  readonly hasCheapCommits: boolean;
  /**
   * Makes the tables and indexes that these specs lack, and fills them. Indexes that no spec asks for any more stay, since a
   * process of an older version may use them. Only those that would refuse or falsify a write go; a unique key becomes a plain index.
   */
  prepare(specs: readonly AnySpec[]): Promise<void>;
  /** Drops the indexes that no spec asks for any more. Doing it again does nothing. False: `under` does not hold. */
  tidy(specs: readonly AnySpec[], now: Instant, under: EngineRequirement): Promise<boolean>;
  get(at: Place, id: string, now: Instant): Promise<Row | undefined>;
  /** Those that are there, in any order. */
  getMany(at: Place, ids: readonly string[], now: Instant): Promise<readonly Row[]>;
  /** The holder of a unique key; the values in the order of the key's fields. */
  findOne(at: Place, key: string, values: readonly Json[], now: Instant): Promise<Row | undefined>;
  find(at: Place, find: EngineFind, now: Instant): Promise<readonly Row[]>;
  /** How many, counted no further than `limit`. */
  count(at: Place, query: EngineQuery, limit: number, now: Instant): Promise<number>;
  /** All or none; a single one needs no transaction. */
  write(writes: readonly EngineWrite[], now: Instant): Promise<EngineOutcome>;
  /** Makes `fresh` where there is no live document; else adds to the field and keeps the rest. Gives the document after it. */
  increment(at: Place, fresh: EngineDocument, field: string, by: number, now: Instant): Promise<Row>;
  take(at: Place, id: string, condition: AnyCondition, now: Instant): Promise<Row | undefined>;
  removeWhere(at: Place, query: EngineQuery, limit: number, now: Instant): Promise<number>;
  /** Removes expired documents of the prepared specs, at most `limit` of each. Undefined: `under` does not hold. */
  sweep(limit: number, now: Instant, under: EngineRequirement): Promise<number | undefined>;
  /**
   * Every document of a spec as it lies there, of all realms and expired ones too, in an order of the engine's own. A page may
   * be short of its limit, or empty: `next` alone tells whether there are more.
   */
  walk(spec: AnySpec, page: Walk): Promise<Page<WalkedRow>>;
  /**
   * Makes these rows lie here exactly as they lay elsewhere, version and shape too, whatever was under their ids; who holds a
   * unique key of theirs gives way. Gives how many were not here like that already. Not all or none: to be done again.
   */
  adopt(spec: AnySpec, rows: readonly WalkedRow[]): Promise<number>;
  /**
   * Puts a document where this row lies, if it still lies there exactly so; version, shape and all that is indexed stay, and nobody who
   * expects the version notices. Gives how many it did. Not all or none.
   */
  exchange(spec: AnySpec, changes: readonly RowExchange[]): Promise<number>;
  /** Removes these documents, expired ones too. One that is not there is not missed. */
  discard(spec: AnySpec, keys: readonly WalkedKey[]): Promise<void>;
  /** The names of the kinds of which there are documents, expired ones too, whether or not a spec of them was prepared. */
  kinds(): Promise<readonly string[]>;
  /** Writes something that nobody reads: a store that only gives is not there either. */
  ping(): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Reads a whole store: everything that is allowed on a store that must not change. */
export type EngineReader = Pick<Engine, 'get' | 'getMany' | 'walk' | 'kinds' | 'close'>;

/** One collection of one realm; the realm of the installation's own documents is `''`. */
export interface Place {
  readonly spec: AnySpec;
  readonly realm: string;
}

export type EngineDocument = JsonObject & { readonly id: string; readonly expiresAt?: Instant };

export interface Row {
  readonly document: EngineDocument;
  readonly version: number;
  /** The version of the spec under which it was written. */
  readonly shape: number;
}

export interface EngineQuery {
  /** A name in `spec.queries`. */
  readonly name: string;
  /** In the order of `equal`. */
  readonly equal: readonly Json[];
  readonly contains?: string;
  readonly range?: EngineRange;
}

/** A bound each way at most, over the order field. */
export interface EngineRange {
  readonly from?: { readonly value: string | number; readonly inclusive: boolean };
  readonly to?: { readonly value: string | number; readonly inclusive: boolean };
}

export interface EngineFind extends EngineQuery {
  readonly limit: number;
  /** The last row of the page before: its order value, where the query has an order, and its id. */
  readonly after?: { readonly order?: string | number; readonly id: string };
}

/**
 * Every document written is marked with `spec.version`, its shape. `replace` expects a live document, save for a migration's
 * (`expired: 'too'`). An expired holder of an id or unique key gives way.
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
      /** The version that it must have; absent: any. */
      readonly expected?: number;
    }
);

export type EngineRequirement = Extract<EngineWrite, { kind: 'remove' | 'require' }> & { readonly kind: 'require' };

/** `versions`: of each document written, in the order of the writes; 0 for `remove` and `require`. */
export type EngineOutcome =
  | { readonly ok: true; readonly versions: readonly number[] }
  | (Extract<CommitOutcome, { ok: false }> & { readonly refusal: StoreRefusal });

export interface Walk extends PageRequest {
  /** Only documents of a shape older than this. */
  readonly below?: number;
}

export interface WalkedKey {
  readonly realm: string;
  readonly id: string;
}

export interface WalkedRow extends Row {
  readonly realm: string;
}

/** Other values in sealed fields. */
export interface RowExchange {
  readonly row: WalkedRow;
  readonly document: EngineDocument;
}
