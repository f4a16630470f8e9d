import { now } from '../../base/clock.js';
import type { Json } from '../../base/json.js';
import type { Engine, KnownDocument, Place, RevalidatedRow, RevisedRow, Row, Soon } from '../engine.js';
import { noteRevision } from '../revision.js';
import { deepFreeze } from './deep-freeze.js';
import type { DocumentCache, StoredDocument } from './document-cache.js';

/** How a collection reads single documents. */
export interface DocumentReads {
  get(id: string): Promise<StoredDocument | undefined>;
  findOne(key: string, values: readonly Json[]): Promise<StoredDocument | undefined>;
}

/** Reads each document whole. */
export const plainReads = (engine: Engine, place: Place, open: (row: Row) => StoredDocument): DocumentReads => ({
  async get(id) {
    const row = await engine.get(place, id, now());
    return row && open(row);
  },
  async findOne(key, values) {
    const row = await engine.findOne(place, key, values, now());
    return row && open(row);
  },
});

/**
 * Reads a document's content only if it differs from the one in the cache; each read asks the store. Documents are frozen, since
 * all readers share them.
 */
export function revalidatedReads(
  engine: Engine,
  cache: DocumentCache,
  place: Place,
  open: (row: Row) => StoredDocument,
): DocumentReads {
  // The length separates the realm, whose name may contain anything, from what follows it.
  const prefix = `${place.spec.name}:${place.realm.length}:${place.realm}`;

  async function read(
    key: string,
    ask: (known: KnownDocument | undefined) => Soon<RevalidatedRow>,
  ): Promise<StoredDocument | undefined> {
    // The document is held here: another read may replace the cached one meanwhile.
    const cached = cache.get(key);
    const answer = await ask(cached?.known);
    if (answer === 'unchanged') {
      cache.counts.unchanged++;
      return cached?.document;
    }
    if (!answer) {
      cache.counts.absent++;
      cache.delete(key);
      return undefined;
    }
    cache.counts.read++;
    return keep(key, open(answer), answer);
  }

  function keep(key: string, document: StoredDocument, { version, incarnation }: RevisedRow): StoredDocument {
    const { id, expiresAt } = document;
    if (incarnation === undefined) {
      cache.delete(key);
      deepFreeze(document);
      return document;
    }
    const known = { id, version, incarnation, ...(expiresAt !== undefined && { expiresAt }) };
    cache.set(key, { document, known });
    noteRevision(document, { version, incarnation });
    return document;
  }

  return {
    get: (id) => read(`${prefix}.${id}`, (known) => engine.getIfChanged(place, id, known, now())),
    findOne: (key, values) =>
      read(`${prefix}?${key}=${JSON.stringify(values)}`, (known) =>
        engine.findOneIfChanged(place, key, values, known, now()),
      ),
  };
}
