/**
 * The audit trail of few and of many records. Measures a search by each index, at its first page and deep inside, and the size of a record
 * in the store.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import type * as OpenEngineModule from '../../src/app/open-engine.js';
import type * as AuditKeysModule from '../../src/audit/audit-keys.js';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import type * as AuditRecordModule from '../../src/audit/audit-record.js';
import type { AuditRecord } from '../../src/audit/audit-record.js';
import type { OpenedRecord } from '../../src/audit/audit-trail.js';
import type * as LinkModule from '../../src/audit/chain/audit-link.js';
import type * as NextLinksModule from '../../src/audit/chain/next-links.js';
import type * as FindModule from '../../src/audit/search/find-records.js';
import type { RecordFilter } from '../../src/audit/search/find-records.js';
import type * as TermsModule from '../../src/audit/search/audit-terms.js';
import type * as HashesModule from '../../src/audit/search/term-hashes.js';
import type { TermHashes } from '../../src/audit/search/term-hashes.js';
import type * as TermsOfModule from '../../src/audit/search/terms-of.js';
import type * as SealRecordModule from '../../src/audit/seal-record.js';
import type * as SecretBoxModule from '../../src/base/crypto/secret-box.js';
import type { Cursor } from '../../src/base/paging.js';
import type * as PersonKeyModule from '../../src/changes/personal/person-key.js';
import type * as PersonalKeysModule from '../../src/changes/personal/personal-keys.js';
import type * as OpenStoreModule from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { makePlace, type Place } from '../place.ts';
import { median, noise, rounded } from '../report/statistics.ts';
import { built } from '../servers/built.ts';
import type { Compared } from './compare.ts';
import type { StoreKind } from './store.ts';

const { openEngine } = (await built('app/open-engine.js')) as typeof OpenEngineModule;
const { auditKeys } = (await built('audit/audit-keys.js')) as typeof AuditKeysModule;
const { auditRecords } = (await built('audit/audit-record.js')) as typeof AuditRecordModule;
const { auditLinks, digestOfRecord } = (await built('audit/chain/audit-link.js')) as typeof LinkModule;
const { nextLinks } = (await built('audit/chain/next-links.js')) as typeof NextLinksModule;
const { findRecords } = (await built('audit/search/find-records.js')) as typeof FindModule;
const { auditTerms } = (await built('audit/search/audit-terms.js')) as typeof TermsModule;
const { termHashes } = (await built('audit/search/term-hashes.js')) as typeof HashesModule;
const { termsOf } = (await built('audit/search/terms-of.js')) as typeof TermsOfModule;
const { sealRecord } = (await built('audit/seal-record.js')) as typeof SealRecordModule;
const { secretBox } = (await built('base/crypto/secret-box.js')) as typeof SecretBoxModule;
const { personKeys } = (await built('changes/personal/person-key.js')) as typeof PersonKeyModule;
const { personalKeys } = (await built('changes/personal/personal-keys.js')) as typeof PersonalKeysModule;
const { openStore } = (await built('storage/open-store.js')) as typeof OpenStoreModule;

export interface AuditScale {
  readonly store: StoreKind;
  readonly few: number;
  readonly many: number;
  readonly madeInSeconds: number;
  /** With its link, its terms and all indexes. */
  readonly bytesOfRecord: number;
  readonly compared: readonly Compared[];
}

interface AuditScaleSize {
  /** After a round that is not counted. */
  readonly rounds: number;
  readonly reads: number;
}

export const WHOLE_AUDIT: AuditScaleSize = { rounds: 7, reads: 40 };
export const QUICK_AUDIT: AuditScaleSize = { rounds: 1, reads: 3 };

/** Rows of a page. */
const LIMIT = 20;
/** The people of both trails: so few that in the smaller one each has whole pages behind the middle. */
const PEOPLE = 10;
const DEEP = 0.5;
/** Documents that are written at once. */
const BATCH = 1000;
const SPECS = [auditRecords, auditLinks, auditTerms, personKeys];
/** Signs with zeros: a signature takes as much room, and its making is not measured here. */
const keys = {
  ...auditKeys([{ id: 'bench', secret: Buffer.alloc(32, 1) }]),
  sign: () => Promise.resolve(Buffer.alloc(64).toString('base64url')),
};
const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const hashes: TermHashes = termHashes({ realm: 'default', keys, normalizeName: (typed) => typed });
const addressOf = (user: number): string => `192.0.${user}.7`;
const STEP = 1000;
const BEGAN = Date.UTC(2026, 0, 1);

/** Mostly sign-ins, some of which failed, and some changes. */
function entryOf(i: number): AuditEntry {
  const user = i % PEOPLE;
  const id = `user-${user}`;
  const at = BEGAN + i * STEP;
  const by = { kind: 'user', id, requestId: `request-${i}`, address: addressOf(user), agent } as const;
  const subject = { kind: 'user', id };
  const name = `name-${user}@example.com`;
  const turn = Math.floor(i / PEOPLE) % 10;
  if (turn === 9) {
    const [before, after] = [
      { username: name, state: 'active' },
      { username: name, state: 'disabled' },
    ];
    return { kind: 'user.changed', by, subject, subjectPart: { before, after }, outcome: 'success', at };
  }
  const signIn = { kind: 'sign-in', subject, subjectPart: { name }, clientId: 'shop', at } as const;
  return turn === 8 || turn === 7
    ? { ...signIn, by: { ...by, kind: 'system', id: 'sign-in' }, outcome: 'failure', why: 'wrong-credentials' }
    : { ...signIn, by, outcome: 'success', details: { methods: ['pwd'] } };
}

/** Each names what about half of a person's records have, or more. */
const SEARCHES: readonly { readonly by: string; readonly filter: RecordFilter }[] = [
  { by: 'time', filter: {} },
  { by: 'actor', filter: { actor: { kind: 'user', id: 'user-3' } } },
  { by: 'subject', filter: { subject: { kind: 'user', id: 'user-3' } } },
  { by: 'subject and kind', filter: { subject: { kind: 'user', id: 'user-3' }, kind: 'sign-in' } },
  { by: 'kind', filter: { kind: 'sign-in' } },
  { by: 'client', filter: { clientId: 'shop' } },
  { by: 'outcome', filter: { outcome: 'failure' } },
  { by: 'username', filter: { terms: [hashes.name('name-3@example.com')] } },
  { by: 'address', filter: { terms: [hashes.network(addressOf(3)) ?? ''] } },
  { by: 'network', filter: { terms: [hashes.network('192.0.3.0/24') ?? ''] } },
];

/** As if its parts had been opened. */
const clearRecord = (
  { actor: _actor, subject: _subject, ...record }: AuditRecord,
  entry?: AuditEntry,
): OpenedRecord => ({
  ...record,
  ...(entry?.by.address !== undefined && { actor: { address: entry.by.address } }),
  ...(entry?.subjectPart && { subject: entry.subjectPart }),
});

interface Trail {
  readonly store: Store;
  readonly realm: Realm;
  /** Places after half of the results, in the order of the searches. */
  readonly deep: readonly (Cursor | undefined)[];
}

/** @returns the trail, and how long it took to make, in seconds */
async function makeTrail(store: Store, records: number, say: (line: string) => void): Promise<[Trail, number]> {
  const realm = store.in('default');
  const personal = personalKeys(realm);
  const people = Array.from({ length: PEOPLE }, (_, i) => `user-${i}`);
  const began = performance.now();
  let end = { sequence: 0, hash: '' };
  for (let from = 0; from < records; from += BATCH) {
    const entries = Array.from({ length: Math.min(BATCH, records - from) }, (_, i) => entryOf(from + i));
    const sealing = { realm: realm.id, keys, personal: await personal.sealingFor(people, BEGAN) };
    const sealed = entries.map((entry) => sealRecord(sealing, entry, BEGAN + from * STEP));
    const digested = sealed.map((record) => ({ ...record, digest: digestOfRecord(realm.id, record) }));
    const next = await nextLinks({ realm: realm.id, keys }, end, digested);
    const terms = sealed.flatMap((record, i) => termsOf(clearRecord(record, entries[i]), hashes));
    end = next.end;
    await Promise.all([
      ...sealed.map((record) => realm.of(auditRecords).insert(record)),
      ...next.links.map((link) => realm.of(auditLinks).insert(link)),
      ...terms.map((each) => realm.of(auditTerms).insert(each)),
    ]);
    if ((from + BATCH) % 50_000 === 0) say(`${from + BATCH} records`);
  }
  const seconds = (performance.now() - began) / 1000;
  const deep: (Cursor | undefined)[] = [];
  for (const { filter } of SEARCHES) deep.push(await placeDeepIn(realm, filter, records));
  return [{ store, realm, deep }, seconds];
}

/** Found as a reader finds it: page after page. */
async function placeDeepIn(realm: Realm, filter: RecordFilter, records: number): Promise<Cursor | undefined> {
  const until = BEGAN + records * (1 - DEEP) * STEP;
  let after: Cursor | undefined;
  for (;;) {
    const limit = records > 10 * BATCH ? 500 : LIMIT;
    const page = await findRecords(realm, filter, { limit, ...(after !== undefined && { after }) });
    const last = page.rows.at(-1);
    if (page.next === undefined) return after;
    after = page.next;
    if (last && last.at <= until) return after;
  }
}

async function windowOf({ realm }: Trail, filter: RecordFilter, after: Cursor | undefined, reads: number) {
  const took: number[] = [];
  while (took.length < reads) {
    const began = performance.now();
    const { rows } = await findRecords(realm, filter, { limit: LIMIT, ...(after !== undefined && { after }) });
    took.push(performance.now() - began);
    if (rows.length !== LIMIT)
      throw new Error(`A page of ${rows.length} records can not be compared with a whole one.`);
  }
  return median(took);
}

/** Visits both in turn, and the first one alternates, as for users. */
async function compare(few: Trail, many: Trail, { rounds, reads }: AuditScaleSize): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [i, { by, filter }] of SEARCHES.entries()) {
    for (const page of ['first', 'deep'] as const) {
      const window = (trail: Trail) => windowOf(trail, filter, page === 'deep' ? trail.deep[i] : undefined, reads);
      const taken: { few: number; many: number }[] = [];
      for (let round = 0; round <= rounds; round++) {
        const [first, second] = round % 2 === 0 ? [few, many] : [many, few];
        const took = new Map([[first, await window(first)]]);
        took.set(second, await window(second));
        if (round > 0) taken.push({ few: took.get(few) ?? Number.NaN, many: took.get(many) ?? Number.NaN });
      }
      const ratios = taken.map((each) => each.many / each.few);
      compared.push({
        what: `by ${by}, ${page} page`,
        few: rounded(median(taken.map((each) => each.few)), 3),
        many: rounded(median(taken.map((each) => each.many)), 3),
        ratio: rounded(median(ratios), 2),
        noise: rounded(noise(ratios), 0),
      });
    }
  }
  return compared;
}

/** Measures the audit trail on one kind of store. */
export async function auditScale(
  kind: StoreKind,
  { few, many, size }: { readonly few: number; readonly many: number; readonly size: AuditScaleSize },
  say: (line: string) => void,
): Promise<AuditScale> {
  const place = await makePlace({ cacheGigabytes: 2 });
  const opened: Store[] = [];
  try {
    const make = async (records: number): Promise<[Trail, number]> => {
      const engine = await openEngine(addressIn(place, kind, records));
      const box = secretBox([{ id: 'bench', key: Buffer.alloc(32, 2) }]);
      const store = await openStore({ specs: SPECS, box, engine });
      opened.push(store);
      return makeTrail(store, records, (line) => say(`${kind}: ${line}`));
    };
    const [fewTrail] = await make(few);
    const [manyTrail, seconds] = await make(many);
    say(`${kind}: comparing`);
    const compared = await compare(fewTrail, manyTrail, size);
    const bytes = await bytesOf(place, kind, many);
    return {
      ...{ store: kind, few, many, madeInSeconds: Math.round(seconds) },
      ...{ bytesOfRecord: Math.round(bytes / many), compared },
    };
  } finally {
    await Promise.all(opened.map((store) => store.close()));
    await place.end();
  }
}

const fileIn = ({ folder }: Place, records: number): string => join(folder, `audit-${records}.db`);

const addressIn = (place: Place, kind: StoreKind, records: number) =>
  kind === 'sqlite'
    ? ({ kind, path: fileIn(place, records) } as const)
    : ({ kind, url: place.database(`audit_${records}`) } as const);

async function bytesOf(place: Place, kind: StoreKind, records: number): Promise<number> {
  if (kind === 'sqlite') return (await stat(fileIn(place, records))).size;
  const client = await mongo.MongoClient.connect(place.database(`audit_${records}`));
  try {
    // Sizes are those of the last checkpoint.
    await client.db('admin').command({ fsync: 1 });
    const { storageSize, indexSize } = await client.db().stats();
    return Number(storageSize) + Number(indexSize);
  } finally {
    await client.close();
  }
}
