import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, replace, type Write } from '../../storage/write.js';
import { type Grant, grants } from './grant.js';

/** Merges two payloads of one grant. */
export type MergePayloads = (theirs: string, ours: string) => string;

/**
 * A grant to be stored. Two tabs may write one grant at the same moment without losing anything; one that was revoked meanwhile
 * stays revoked.
 */
export class GrantDraft {
  readonly #realm: Realm;
  readonly #ours: Grant;
  readonly #merge: MergePayloads;
  #theirs: Stored<Grant> | undefined;

  /** @param base the grant as read; undefined if it is new */
  constructor(realm: Realm, ours: Grant, base: Stored<Grant> | undefined, merge: MergePayloads) {
    this.#realm = realm;
    this.#ours = ours;
    this.#theirs = base;
    this.#merge = merge;
  }

  /** The write for the current state; undefined if the grant was revoked and there is nothing to write. */
  write(): Write | undefined {
    const theirs = this.#theirs;
    if (!theirs) return insert(grants, this.#ours);
    if (theirs.revokedAt !== undefined) return undefined;
    const merged: Grant = {
      ...this.#ours,
      startedAt: theirs.startedAt,
      signOutEpoch: theirs.signOutEpoch,
      ...(theirs.confirmedAfter !== undefined && { confirmedAfter: theirs.confirmedAfter }),
      payload: this.#merge(theirs.payload, this.#ours.payload),
      expiresAt: Math.max(theirs.expiresAt, this.#ours.expiresAt),
    };
    return replace(grants, merged, theirs.version);
  }

  /** After the store refused the write because of another one. Returns whether it can be retried. */
  async reread(): Promise<boolean> {
    const stored = await this.#realm.of(grants).get(this.#ours.id);
    // Only another version can cause the refusal: the same one would be refused forever.
    const moved = stored?.version !== this.#theirs?.version;
    this.#theirs = stored;
    return moved;
  }

  /** Writes it alone. */
  async save(): Promise<void> {
    for (let write = this.write(); write; write = this.write()) {
      if ((await this.#realm.commit([write])).ok || !(await this.reread())) return;
    }
  }
}
