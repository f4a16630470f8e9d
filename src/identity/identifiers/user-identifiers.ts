import { below, problem, type Problem } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { refused, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { UserDocuments } from '../users/user-documents.js';
import { type User, users } from '../users/user.js';
import { identifiers, PRIMARY_STORE } from './identifier.js';
import { claimsOf, emailWrites, heldIdentifiers } from './identifier-writes.js';
import { lookalikeOf } from './lookalike-usernames.js';
import { foldIdentifier, foldTyped, newUsernameFault } from './normalize-identifier.js';

export interface NewEmail {
  readonly address: string;
  /** The address is known to belong to the user. */
  readonly verified: boolean;
}

const MOST_TRIES = 4;

/** The usernames and verified e-mail addresses by which users are found. */
export class UserIdentifiers {
  readonly #documents: UserDocuments;

  constructor(documents: UserDocuments) {
    this.#documents = documents;
  }

  /** The user of `primary` with this username or verified e-mail, in any spelling; undefined if it can be neither. */
  findUser(typed: string): Promise<Stored<User> | undefined> {
    return this.holderOf(PRIMARY_STORE, typed);
  }

  /** The user with this username or verified e-mail in a userstore, in any spelling; undefined if it can be neither. */
  async holderOf(store: string, typed: string): Promise<Stored<User> | undefined> {
    const folded = foldTyped(typed);
    if (!folded.ok) return undefined;
    const { realm } = this.#documents;
    const identifier = await realm.of(identifiers).findOne('value', { store, value: folded.value });
    return identifier && realm.of(users).get(identifier.userId);
  }

  /**
   * Why a user of this userstore can't have the username now; undefined: it is free. Somebody else may get it before it is given.
   *
   * @param userId the user who may have it already; absent: a new user
   */
  async usernameFault(store: string, username: string, userId?: string): Promise<Problem | undefined> {
    const folded = foldIdentifier(username);
    if (!folded.ok) return below(['username'], folded.fault);
    const mixed = newUsernameFault(username);
    if (mixed) return below(['username'], mixed);
    const { realm } = this.#documents;
    const [holder, other] = await Promise.all([
      realm.of(identifiers).findOne('value', { store, value: folded.value }),
      lookalikeOf(realm, username, userId),
    ]);
    if (holder && holder.userId !== userId)
      return problem('identifier-taken', ['username'], { of: 'username', value: username });
    return other === undefined ? undefined : problem('username-lookalike', ['username'], { other });
  }

  /** Like `lookalikeOf`, for this realm. */
  lookalikeOf(username: string): Promise<string | undefined> {
    return lookalikeOf(this.#documents.realm, username);
  }

  /**
   * Replaces the user's e-mail address, or removes it. A verified address is valid for sign-in from this commit on, and the
   * previous one no longer is. Refused with `taken` (its `key` is `email`), `invalid`, `missing`, `changed`.
   */
  async setEmail(by: Actor, id: string, email: NewEmail | undefined): Promise<Saved<Stored<User>>> {
    const setOnce = async (): Promise<Saved<Stored<User>>> => {
      const user = await this.#documents.read(id);
      if (!user.ok) return user;
      const { version: _, email: _before, ...rest } = user.value;
      const named = { ...rest, ...(email && { email: email.address }), emailVerified: email?.verified === true };
      const claims = claimsOf(named);
      if (!claims.ok) return claims;
      // Read after the user: a concurrent change of them also changes the user's version, which the commit expects.
      const more = emailWrites(claims.value, await heldIdentifiers(this.#documents.realm, id), id);
      const isSame = user.value.email === email?.address && user.value.emailVerified === named.emailVerified;
      const after = await this.#documents.indexed({ ...named, ...(!isSame && { profileChangedAt: now() }) });
      const happened = email ? 'email-set' : 'email-removed';
      return this.#documents.recorded.change(by, user.value, after, { happened, more });
    };
    const isChanged = (saved: Saved<unknown>): boolean => !saved.ok && saved.refusal.code === 'changed';
    const saved = await retryOnConflict(setOnce, isChanged, { most: MOST_TRIES });
    if (saved.ok || saved.refusal.code !== 'taken') return saved;
    return refused('taken', problem('identifier-taken', ['email'], { of: 'email', value: email?.address ?? '' }));
  }
}
