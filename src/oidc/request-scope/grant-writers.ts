import type { GrantDraft } from '../../sessions/grants/grant-draft.js';

/** Writes a grant together with what depends on it, such as a consent. */
export type WriteGrant = (grant: GrantDraft) => Promise<void>;

/** The grants of one request that are written together with something else. */
export class GrantWriters {
  readonly #writers = new Map<string, WriteGrant>();

  /** The library saves a grant without a parameter for this, so the writer is found by the grant's id. */
  set(id: string, write: WriteGrant): void {
    this.#writers.set(id, write);
  }

  /** How this grant is written. By default: alone. */
  of(id: string): WriteGrant {
    return this.#writers.get(id) ?? ((grant) => grant.save());
  }
}
