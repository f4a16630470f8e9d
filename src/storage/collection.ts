import { retryOnConflict } from '../base/retry-on-conflict.js';
import { now, type Instant } from '../base/clock.js';
import type { Json } from '../base/json.js';
import { PAGE_LIMIT, type Cursor, type PageRequest } from '../base/paging.js';
import type { SecretBox } from '../base/crypto/secret-box.js';
import type { AnyCondition } from './condition.js';
import { cursorOf, placeOf } from './cursor.js';
import { checkDocument } from './checks/document-check.js';
import type { Engine, EngineDocument, EngineWrite, Place, Row } from './engine.js';
import { checkCondition, checkId, checkKey, checkQuery } from './checks/filter-check.js';
import { misuse } from './misuse.js';
import type { Outcome } from './refusal.js';
import { opened, sealed } from './sealing/seal.js';
import type { DocumentCache, StoredDocument } from './revalidation/document-cache.js';
import { plainReads, revalidatedReads } from './revalidation/revalidated-reads.js';
import { broughtUp } from './migration/migrate-document.js';
import type { AnySpec } from './spec.js';
import type { Collection } from './store.js';

type Values = Readonly<Record<string, unknown>>;
type Whole = StoredDocument;

export interface CollectionParts {
  readonly engine: Engine;
  readonly box: SecretBox;
  /** For all kinds of documents that are revalidated. */
  readonly cache: DocumentCache;
}

/** One kind of document in one realm: checked on input, sealed and opened, and otherwise passed to the engine. */
export function collection<S extends AnySpec>({ engine, box, cache }: CollectionParts, place: Place): Collection<S> {
  const { spec } = place;
  const whole = (row: Row): Whole => ({ ...broughtUp(spec, opened(box, place, row), row.shape), version: row.version });
  const reads = spec.revalidated ? revalidatedReads(engine, cache, place, whole) : plainReads(engine, place, whole);
  const storable = (document: object): [clear: EngineDocument, kept: EngineDocument] => {
    const clear = checkDocument(spec, document);
    return [clear, sealed(box, place, clear)];
  };

  async function writeOne(clear: EngineDocument, write: EngineWrite): Promise<Outcome<Whole>> {
    const outcome = await engine.write([write], now());
    if (!outcome.ok) return { ok: false, refusal: outcome.refusal };
    return { ok: true, value: { ...clear, version: outcome.versions[0] ?? 1 } };
  }

  const methods = {
    async get(id: string): Promise<Whole | undefined> {
      return reads.get(checkId(spec, id));
    },
    async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Whole>> {
      if (ids.length > PAGE_LIMIT) throw misuse(`${ids.length} documents of ${spec.name} were asked for at once.`);
      const wanted = [...new Set(ids.map((id) => checkId(spec, id)))];
      const rows = wanted.length === 0 ? [] : await engine.getMany(place, wanted, now());
      return new Map(rows.map((row) => [row.document.id, whole(row)]));
    },
    async findOne(key: string, values: Values): Promise<Whole | undefined> {
      const wanted = checkKey(spec, key, values);
      const found = await reads.findOne(key, wanted);
      // An index entry from a process of the previous version may no longer match the document.
      const fields = spec.unique[key] ?? [];
      return found && fields.every((field, at) => found[field] === wanted[at]) ? found : undefined;
    },
    async find(name: string, values: Values, page: PageRequest): Promise<{ rows: readonly Whole[]; next?: Cursor }> {
      const query = checkQuery(spec, name, values);
      const limit = checkLimit(spec, page.limit, PAGE_LIMIT);
      const after = page.after === undefined ? undefined : placeOf(place, query, page.after);
      // One more than requested shows whether there is another page.
      const rows = await engine.find(place, { ...query, limit: limit + 1, ...(after && { after }) }, now());
      const given = rows.slice(0, limit);
      const last = rows.length > limit ? given.at(-1)?.document : undefined;
      return { rows: given.map(whole), ...(last && { next: cursorOf(place, query, afterOf(spec, name, last)) }) };
    },
    async count(name: string, values: Values, upTo: number): Promise<number> {
      const limit = checkLimit(spec, upTo, Number.MAX_SAFE_INTEGER);
      return engine.count(place, checkQuery(spec, name, values), limit, now());
    },
    async insert(document: object): Promise<Outcome<Whole>> {
      const [clear, kept] = storable(document);
      return writeOne(clear, { at: place, kind: 'insert', document: kept });
    },
    async put(document: object): Promise<Outcome<Whole>> {
      const [clear, kept] = storable(document);
      return writeOne(clear, { at: place, kind: 'put', document: kept });
    },
    async replace(document: object, expected: number): Promise<Outcome<Whole>> {
      const [clear, kept] = storable(document);
      return writeOne(clear, { at: place, kind: 'replace', document: kept, expected: checkVersion(spec, expected) });
    },
    async change(id: string, change: (document: Whole) => object | undefined): Promise<Outcome<Whole>> {
      const changeOnce = async (): Promise<Outcome<Whole>> => {
        const before = await methods.get(id);
        if (!before) return { ok: false, refusal: { code: 'missing' } };
        const after = change(before);
        if (!after) return { ok: true, value: before };
        if ((after as { id?: unknown }).id !== id) throw misuse(`A change of ${spec.name} gave it another id.`);
        return methods.replace(after, before.version);
      };
      return retryOnConflict(changeOnce, (outcome) => !outcome.ok && outcome.refusal.code === 'changed');
    },
    async increment(id: string, field: string, by: number, expiresAt?: Instant) {
      const others = Object.keys(spec.indexed).some((indexed) => indexed !== field);
      if (others || spec.sealed?.length || Object.keys(spec.unique).length > 0) {
        throw misuse(`${spec.name} can't be counted up: a document made by it would lack indexed or sealed fields.`);
      }
      if (!Number.isSafeInteger(by)) throw misuse(`${field} of ${spec.name} counts in whole numbers.`);
      const fresh = checkDocument(spec, { id, [field]: by, ...(expiresAt !== undefined && { expiresAt }) });
      const { document } = await engine.increment(place, fresh, field, by, now());
      const end = document.expiresAt;
      return { value: document[field] as number, ...(end !== undefined && { expiresAt: end }) };
    },
    async take(id: string, condition?: AnyCondition): Promise<Whole | undefined> {
      const row = await engine.take(place, checkId(spec, id), checkCondition(spec, condition), now());
      return row && whole(row);
    },
    async remove(id: string, condition?: AnyCondition): Promise<boolean> {
      const write = { at: place, id: checkId(spec, id), condition: checkCondition(spec, condition) };
      return (await engine.write([{ ...write, kind: 'remove' }], now())).ok;
    },
    async removeWhere(name: string, values: Values, limit: number): Promise<number> {
      return engine.removeWhere(place, checkQuery(spec, name, values), checkLimit(spec, limit, PAGE_LIMIT), now());
    },
  };
  // The checks above ensure the spec's types; inside, every kind of document is plain JSON.
  return methods as unknown as Collection<S>;
}

/** @throws GatehouseError `store-misuse` */
export function checkVersion(spec: AnySpec, expected: unknown): number {
  if (typeof expected !== 'number' || !Number.isSafeInteger(expected)) {
    throw misuse(`A replacement of ${spec.name} does not say which version it expects.`);
  }
  return expected;
}

function checkLimit(spec: AnySpec, limit: number, most: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > most) {
    throw misuse(`${limit} documents of ${spec.name} were asked for; it must be 1 to ${most}.`);
  }
  return limit;
}

function afterOf(spec: AnySpec, name: string, last: EngineDocument) {
  const order = spec.queries[name]?.order;
  if (order === undefined) return { id: last.id };
  const value: Json | undefined = last[order];
  return { id: last.id, order: value as string | number };
}
