import type { Instant } from '../../base/clock.js';
import { type Cursor, PAGE_LIMIT, type Page, type PageRequest } from '../../base/paging.js';
import { misuse } from '../../storage/misuse.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { auditTerms, termsIdsOf } from './audit-terms.js';

/** What records have to have, all of it. Everything is found exactly, nothing by its beginning. */
export interface RecordFilter {
  readonly actor?: { readonly kind: string; readonly id: string };
  readonly subject?: { readonly kind: string; readonly id: string };
  readonly kind?: string;
  readonly clientId?: string;
  readonly outcome?: AuditRecord['outcome'];
  /** Names and networks, as `TermHashes` makes them. A record has terms once it is in the chain. */
  readonly terms?: readonly string[];
  readonly from?: Instant;
  /** Exclusive. */
  readonly until?: Instant;
}

type Found = Stored<AuditRecord>;

/** A place in an index: a record there, or one that its terms name. */
interface IndexEntry {
  readonly at: Instant;
  /** Orders entries of one time. */
  readonly id: string;
  readonly record: string;
  /** Absent in the index of terms. */
  readonly document?: Found;
}

/** One index that could answer the filter. */
interface Index {
  readonly name: string;
  /** The number of the filter's parts that all of its entries have. */
  readonly covers: number;
  /** The term that all of its entries have. */
  readonly term?: string;
  readonly count: (upTo: number) => Promise<number>;
  readonly read: (page: PageRequest) => Promise<Page<IndexEntry>>;
}

/** The maximum number of entries that one page examines. */
const MOST_EXAMINED = 2000;
/** The terms of one batch are read in one call. */
const MOST_IN_BATCH = PAGE_LIMIT / 2;
const LEAST_IN_BATCH = 100;
/** How far the results of each index are counted to find the most selective: a few, and further only if none has few. */
const COUNTED_UP_TO = [1000, 30_000];

/**
 * The records with all of that, the latest first. The most selective index is read, and its records are filtered by the rest. A
 * page examines a bounded number of them, so it may have fewer rows than its limit, even none, and still have a `next`. No page
 * skips a record that was there when the first one was read.
 *
 * At most {@link MOST_EXAMINED} entries and two calls for each batch of them. @throws StoreUnavailable; GatehouseError
 * `store-misuse` for a cursor of another filter
 */
export async function findRecords(realm: Realm, filter: RecordFilter, page: PageRequest): Promise<Page<Found>> {
  const usable = indexesOf(realm, filter);
  const start = page.after === undefined ? undefined : readCursor(page.after);
  const index = start ? usable.find(({ name }) => name === start.index) : await mostSelective(usable);
  if (!index) throw misuse('A page of audit records was asked for after a place that is not in this query.');

  const rest = { ...filter, terms: filter.terms?.filter((term) => term !== index.term) ?? [] };
  const rows: Found[] = [];
  let after = start?.batch;
  let last = start?.last;
  for (let examined = 0; ;) {
    const batch = await index.read({
      limit: batchSize(index, filter, page.limit),
      ...(after !== undefined && { after }),
    });
    const entries = batch.rows.filter((entry) => last === undefined || isBehind(entry, last));
    const matching = await matchingAmong(realm, rest, entries);
    for (const [i, entry] of entries.entries()) {
      const found = matching.get(entry.record);
      const isSecondPart = entry.record === last?.record;
      last = entry;
      if (!found || isSecondPart) continue;
      rows.push(found);
      if (rows.length < page.limit) continue;
      const isWhole = i === entries.length - 1;
      if (isWhole && batch.next === undefined) return { rows };
      return { rows, next: writeCursor({ index: index.name, batch: isWhole ? batch.next : after, last }) };
    }
    if (batch.next === undefined) return { rows };
    examined += entries.length;
    after = batch.next;
    if (examined >= MOST_EXAMINED) return { rows, next: writeCursor({ index: index.name, batch: after, last }) };
  }
}

/** In order of preference, where counting can't tell which is the most selective. */
function indexesOf(realm: Realm, filter: RecordFilter): readonly Index[] {
  const { actor, subject, kind, clientId, outcome, terms = [] } = filter;
  const records = realm.of(auditRecords);
  const at = rangeOf(filter);
  const bySubject = subject && { subjectKind: subject.kind, subjectId: subject.id, ...at };
  const index = <Name extends RecordQuery>(name: Name, values: Parameters<typeof records.find<Name>>[1]): Index => ({
    name,
    covers: name === 'bySubjectAndKind' ? 2 : 1,
    count: (upTo) => records.count(name, values, upTo),
    read: async (page) => entriesOf(await records.find(name, values, page)),
  });
  const usable = [
    ...terms.map((term, i) => termIndex(realm, `byTerm${i}`, { terms: term, ...at })),
    ...(bySubject && kind !== undefined ? [index('bySubjectAndKind', { ...bySubject, kind })] : []),
    ...(bySubject && kind === undefined ? [index('bySubject', bySubject)] : []),
    ...(actor ? [index('byActor', { actorKind: actor.kind, actorId: actor.id, ...at })] : []),
    ...(clientId === undefined ? [] : [index('byClient', { clientId, ...at })]),
    ...(kind === undefined || bySubject ? [] : [index('byKind', { kind, ...at })]),
    ...(outcome === undefined ? [] : [index('byOutcome', { outcome, ...at })]),
  ];
  return usable.length > 0 ? usable : [index('byTime', at)];
}

type RecordQuery = Extract<keyof typeof auditRecords.queries, `by${string}`>;

function termIndex(realm: Realm, name: string, values: { terms: string; at?: TimeRange }): Index {
  const documents = realm.of(auditTerms);
  return {
    name,
    covers: 1,
    term: values.terms,
    count: (upTo) => documents.count('byTerm', values, upTo),
    async read(page) {
      const { rows, next } = await documents.find('byTerm', values, page);
      return { rows: rows.map(({ at, id, record }) => ({ at, id, record })), ...(next !== undefined && { next }) };
    },
  };
}

const entriesOf = ({ rows, next }: Page<Found>): Page<IndexEntry> => ({
  rows: rows.map((document) => ({ at: document.at, id: document.id, record: document.id, document })),
  ...(next !== undefined && { next }),
});

interface TimeRange {
  readonly gte?: Instant;
  readonly lt?: Instant;
}

const rangeOf = ({ from, until }: RecordFilter): { readonly at?: TimeRange } =>
  from === undefined && until === undefined
    ? {}
    : { at: { ...(from !== undefined && { gte: from }), ...(until !== undefined && { lt: until }) } };

async function mostSelective(usable: readonly Index[]): Promise<Index | undefined> {
  if (usable.length < 2) return usable[0];
  for (const upTo of COUNTED_UP_TO) {
    const counts = await Promise.all(usable.map(({ count }) => count(upTo)));
    const least = Math.min(...counts);
    if (least < upTo) return usable[counts.indexOf(least)];
  }
  return usable[0];
}

/** Where the index covers the filter, what is read is the page. */
function batchSize(index: Index, filter: RecordFilter, limit: number): number {
  const { actor, subject, kind, clientId, outcome, terms = [] } = filter;
  const parts = [actor, subject, kind, clientId, outcome, ...terms].filter((part) => part !== undefined).length;
  return Math.min(parts > index.covers ? Math.max(limit, LEAST_IN_BATCH) : limit, MOST_IN_BATCH);
}

/** Those of these entries that have everything, by the record's id. */
async function matchingAmong(
  realm: Realm,
  filter: RecordFilter,
  entries: readonly IndexEntry[],
): Promise<ReadonlyMap<string, Found>> {
  const ids = [...new Set(entries.map(({ record }) => record))];
  const documents = entries.flatMap(({ document }) => document ?? []);
  // Retention may have removed a record whose terms are still there.
  const records = documents.length > 0 || ids.length === 0 ? documents : await readAll(realm, ids);
  const matching = records.filter((record) => hasAll(record, filter));
  const termed = await withTerms(realm, filter.terms ?? [], matching);
  return new Map(termed.map((record) => [record.id, record]));
}

const readAll = async (realm: Realm, ids: readonly string[]): Promise<readonly Found[]> => [
  ...(await realm.of(auditRecords).getMany(ids)).values(),
];

function hasAll(record: AuditRecord, { actor, subject, kind, clientId, outcome, from, until }: RecordFilter): boolean {
  return (
    (actor === undefined || (record.actorKind === actor.kind && record.actorId === actor.id)) &&
    (subject === undefined || (record.subjectKind === subject.kind && record.subjectId === subject.id)) &&
    (kind === undefined || record.kind === kind) &&
    (clientId === undefined || record.clientId === clientId) &&
    (outcome === undefined || record.outcome === outcome) &&
    (from === undefined || record.at >= from) &&
    (until === undefined || record.at < until)
  );
}

async function withTerms(realm: Realm, terms: readonly string[], records: readonly Found[]): Promise<readonly Found[]> {
  if (terms.length === 0 || records.length === 0) return records;
  const stored = await realm.of(auditTerms).getMany(records.flatMap(({ id }) => termsIdsOf(id)));
  return records.filter(({ id }) => {
    const own = new Set(termsIdsOf(id).flatMap((part) => stored.get(part)?.terms ?? []));
    return terms.every((term) => own.has(term));
  });
}

/** The place of a page's end: in the batch that begins at `batch`, behind `last`. */
interface PageEnd {
  readonly index: string;
  readonly batch: Cursor | undefined;
  readonly last: Pick<IndexEntry, 'at' | 'id' | 'record'> | undefined;
}

/** Whether an entry comes later in the order of every index: by time and id, the latest first. Ids are ASCII. */
const isBehind = (entry: IndexEntry, last: Pick<IndexEntry, 'at' | 'id'>): boolean =>
  entry.at < last.at || (entry.at === last.at && entry.id < last.id);

const writeCursor = ({ index, batch, last }: PageEnd): Cursor =>
  Buffer.from(JSON.stringify([index, batch ?? '', ...(last ? [last.at, last.id, last.record] : [])])).toString(
    'base64url',
  ) as Cursor;

/** @throws GatehouseError `store-misuse` */
function readCursor(cursor: Cursor): PageEnd {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    const [index, batch, at, id, record] = Array.isArray(parts) ? (parts as unknown[]) : [];
    if (typeof index === 'string' && typeof batch === 'string') {
      const last = typeof at === 'number' && typeof id === 'string' && typeof record === 'string';
      return {
        index,
        batch: batch === '' ? undefined : (batch as Cursor),
        last: last ? { at, id, record } : undefined,
      };
    }
  } catch {
    // Not one of ours: below.
  }
  throw misuse('A page of audit records was asked for after a place that is not one.');
}
