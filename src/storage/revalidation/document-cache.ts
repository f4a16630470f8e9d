import { LRUCache } from 'lru-cache';
import { deepFreeze } from './deep-freeze.js';
import type { EngineDocument, KnownDocument } from '../engine.js';

/** The most memory for all documents of a store, in bytes. */
const BYTES = 16 * 1024 * 1024;
/** A larger document would displace many others. */
const LARGEST = 64 * 1024;

/** A document as the port returns it. */
export type StoredDocument = EngineDocument & { readonly version: number };

export interface CachedDocument {
  /** Frozen, since all readers share it. */
  readonly document: StoredDocument;
  readonly known: KnownDocument;
}

/** Opened documents of all kinds and realms, bounded by their size. */
export class DocumentCache {
  readonly #documents: LRUCache<string, CachedDocument>;
  /** Reads of documents that the store confirmed to be unchanged, that were read with their content, and that do not exist. */
  readonly counts = { unchanged: 0, read: 0, absent: 0 };

  constructor(bytes = BYTES) {
    this.#documents = new LRUCache({ maxSize: bytes, maxEntrySize: Math.min(bytes, LARGEST) });
  }

  get(key: string): CachedDocument | undefined {
    return this.#documents.get(key);
  }

  /** Freezes the document, whether or not it is small enough to be kept. */
  set(key: string, cached: CachedDocument): void {
    const size = deepFreeze(cached.document) + 2 * key.length;
    this.#documents.set(key, cached, { size });
  }

  delete(key: string): void {
    this.#documents.delete(key);
  }

  /** In bytes, estimated. */
  get size(): number {
    return this.#documents.calculatedSize;
  }
}
