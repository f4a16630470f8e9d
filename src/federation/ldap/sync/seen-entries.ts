import { createHash } from 'node:crypto';

/** In characters of 6 bits. Two of a million that look alike would make a person look gone. */
const DIGEST_LENGTH = 16;

/** The entries of one reading: a short digest of each, and nothing else of those that were handed out. */
export class SeenEntries {
  readonly #digests = new Set<string>();

  get size(): number {
    return this.#digests.size;
  }

  /** Whether this did not come before. */
  add(key: string): boolean {
    const before = this.#digests.size;
    this.#digests.add(createHash('sha256').update(key).digest('base64url').slice(0, DIGEST_LENGTH));
    return this.#digests.size > before;
  }
}
