import { below, problem } from '../../base/problems/problem.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { withConfirmation } from '../../base/confirmation.js';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { auditedOf } from '../../changes/event.js';
import type { Referrer, ReferrerSource, Removed } from '../../changes/removal/referrer.js';
import { invalid, refused, savedAs, type Saved } from '../../changes/change-result.js';
import { nextSignOutEpoch, signedOutByBlock } from '../../sessions/sign-out-epoch.js';
import { claimUserId } from '../../realm/used-user-id.js';
import type { Stored } from '../../storage/spec.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import { insert, replace, type Write } from '../../storage/write.js';
import { claimsOf, heldIdentifiers, identifiersOf, nameWrites } from '../identifiers/identifier-writes.js';
import { newUsernameFault } from '../identifiers/normalize-identifier.js';
import { identityLinks, newLink } from '../links/identity-link.js';
import { resumingAll } from '../links/link-suspension.js';
import { identifiers } from '../identifiers/identifier.js';
import { giveUsername, nameTurn } from '../identifiers/lookalike-usernames.js';
import type { UserPasswords } from '../passwords/user-passwords.js';
import { type NewUser, newUser } from './new-user.js';
import { type MoveOptions, moveUser } from './move-user.js';
import { patchedUser } from './patch-user.js';
import { removeUser } from './remove-user.js';
import type { UserDocuments } from './user-documents.js';
import { isClientId, userIdFault } from './user-id.js';
import { indexOf } from './user-index.js';
import type { UserPatch } from './user-input.js';
import { UserQueries } from './user-queries.js';
import { usersReferring } from './user-references.js';
import { type User, users } from './user.js';

const idTaken = (id: string) => refused('taken', problem('user-id-taken', ['id'], { id }));

const MOST_TRIES = 4;

/** The users of a realm. Each change is one event in one commit. */
export class Users extends UserQueries implements ReferrerSource {
  readonly #documents: UserDocuments;
  readonly #passwords: Pick<UserPasswords, 'refusal' | 'firstWrite' | 'write'>;

  constructor(documents: UserDocuments, passwords: Pick<UserPasswords, 'refusal' | 'firstWrite' | 'write'>) {
    super(documents.realm);
    this.#documents = documents;
    this.#passwords = passwords;
  }

  /**
   * Creates a user with all given data, or nothing. Refused as `taken` (its `key` is `username`, `email` or `id`: an id that
   * any user ever had, or a client has), or as `invalid`.
   * @throws GatehouseError `overloaded` if too many passwords wait to be hashed
   */
  async create(by: Actor, input: NewUser): Promise<Saved<Stored<User>>> {
    const claims = claimsOf(input);
    if (!claims.ok) return claims;
    const mixed = newUsernameFault(input.username);
    if (mixed !== undefined) return invalid(below(['username'], mixed));
    const weak = input.password && (await this.#passwords.refusal(input.password, input));
    if (weak) return weak;
    const unfit = input.id === undefined ? undefined : userIdFault(input.id);
    if (unfit !== undefined) return invalid(below(['id'], unfit));
    const { realm, recorder } = this.#documents;
    if (input.id !== undefined && (await isClientId(realm, input.id))) return idTaken(input.id);
    const above = await this.#documents.groupsAbove(input.assignments ?? []);
    if (!above.ok) return above;

    const at = now();
    const made = newUser(input, above.value, at);
    const user: User = { ...made, segments: await this.#documents.segmentsOf(made) };
    const rows = identifiersOf(user.id, claims.value);
    const writes: Write[] = [...rows.map((row) => insert(identifiers, row)), insert(users, user)];
    if (input.password) writes.push(await this.#passwords.firstWrite(user.id, input.password));

    const linked = input.link && writes.push(insert(identityLinks, newLink(user.id, input.link))) - 1;
    const claimed = input.id === undefined ? undefined : writes.push(claimUserId(input.id)) - 1;

    const event = { ...this.#documents.event('created', user.id), at, after: auditedOf(users, user) };
    const record = (turn: Write) => recorder.record(by, event, [...writes, turn]);
    const named = await giveUsername(realm, input.username, record, writes.length);
    if (!named.ok) return named;
    const outcome = named.value;
    const taken = !outcome.ok && outcome.refusedBy === 'store' ? rows[outcome.write] : undefined;
    if (taken) {
      const value = (taken.kind === 'email' ? user.email : user.username) ?? '';
      return refused('taken', problem('identifier-taken', [taken.kind], { of: taken.kind, value }));
    }
    if (input.link && !outcome.ok && outcome.refusedBy === 'store' && outcome.write === linked) {
      return refused('taken', problem('subject-linked-already', ['link'], { connector: input.link.connector }));
    }
    if (!outcome.ok && outcome.refusedBy === 'store' && [claimed, rows.length].includes(outcome.write)) {
      return idTaken(user.id);
    }
    return savedAs({ kind: 'user', name: user.username }, outcome, { ...user, version: 1 });
  }

  /**
   * Changes the fields that the patch names, in one commit. A new block ends all sessions of the user permanently.
   * Refused with `missing`, `changed`, `taken` (its `key` is `username` or `email`), `invalid`, `forbidden`.
   *
   * @param through the connector by which the change was made in a directory before
   */
  async update(
    by: Actor,
    id: string,
    patch: UserPatch,
    expected?: number,
    through?: string,
  ): Promise<Saved<Stored<User>>> {
    // Another user got a similar name meanwhile: check again whether the new one is free.
    const isLost = (saved: Saved<unknown>): boolean =>
      patch.username !== undefined && !saved.ok && (saved.refusal.code === 'changed' || saved.refusal.code === 'taken');
    return retryOnConflict(() => this.#updateOnce(by, id, patch, expected, through), isLost, { most: MOST_TRIES });
  }

  async #updateOnce(
    by: Actor,
    id: string,
    patch: UserPatch,
    expected?: number,
    through?: string,
  ): Promise<Saved<Stored<User>>> {
    const user = await this.#documents.read(id, expected);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    const at = now();
    const patched = patchedUser(before, patch, at, by.reason);
    if (!patched.ok) return patched;
    const { realm } = this.#documents;
    const { claims, user: changed } = patched.value;
    const hasNewNames =
      changed.username !== before.username ||
      changed.email !== before.email ||
      changed.emailVerified !== before.emailVerified;
    const names = hasNewNames ? nameWrites(claims, await heldIdentifiers(realm, id), id) : [];
    const turn = changed.username === before.username ? undefined : await nameTurn(realm, changed.username, id);
    if (turn?.ok === false) return turn;
    const more = turn ? [...names, turn.value] : names;
    const after = await this.#documents.indexed({ ...changed, ...signedOutByBlock(before, changed, at) });
    const saved = await this.#documents.recorded.change(by, user.value, after, {
      more,
      ...(through !== undefined && { details: { connector: through } }),
    });
    if (saved.ok || saved.refusal.code !== 'taken') return saved;
    return after.username === before.username
      ? refused('taken', problem('identifier-taken', ['email'], { of: 'email', value: after.email ?? '' }))
      : refused('taken', problem('username-or-email-taken', ['username'], {}));
  }

  /**
   * Removes a user permanently, with names, password, second factor and consents. All of their sessions, grants and tokens end.
   * Their id is never reused, and their names become free. Refused with `missing`, `changed`, `forbidden`.
   */
  async remove(by: Actor, id: string, expected?: number): Promise<Saved<Stored<User>>> {
    const { realm, recorder, recorded } = this.#documents;
    return removeUser({ realm, recorder, documents: recorded }, by, id, () => this.#documents.read(id, expected));
  }

  /**
   * Moves a user to another userstore: from this commit on, the names identify the user there. The id stays, and so do links and
   * access; all sessions end. To a directory, the user needs a link, and loses the password. To `primary`, the user needs a password.
   * Refused with `invalid`, `missing`, `changed`, `forbidden`, or `taken`: a name there, or the account there, is somebody else's.
   * @throws GatehouseError `overloaded`
   */
  async moveTo(by: Actor, id: string, userstore: string, how: MoveOptions = {}): Promise<Saved<Stored<User>>> {
    const parts = { documents: this.#documents, passwords: this.#passwords };
    const isChanged = (moved: Saved<unknown>): boolean => !moved.ok && moved.refusal.code === 'changed';
    return retryOnConflict(() => moveUser(parts, by, id, userstore, how), isChanged, { most: MOST_TRIES });
  }

  /**
   * Writes that a connector confirmed the user now, without a record or history. Returns the user as stored; undefined if the
   * user changed meanwhile, so that the caller reads again.
   */
  async confirm({ version, ...user }: Stored<User>, connector: string, held?: Held): Promise<Stored<User> | undefined> {
    const confirmations = withConfirmation(user.confirmations, { connector, at: now() });
    const after = { ...user, confirmations };
    const { realm } = this.#documents;
    const write = replace(users, after, version);
    const outcome = await (held ? held.commit(realm, [write]) : realm.commit([write]));
    return outcome.ok ? { ...after, version: version + 1 } : undefined;
  }

  /** Lifts every block, whatever its cause, and resumes every suspended link. Refused with `missing`, `changed`. */
  async unblock(by: Actor, id: string): Promise<Saved<Stored<User>>> {
    const user = await this.#documents.read(id);
    if (!user.ok) return user;
    // Read after the user: whoever suspends a link meanwhile changes the user's version, which the commit expects.
    const more = await resumingAll(this.#documents.realm, id);
    const after: User = { ...user.value, blocks: [], state: 'active' };
    return this.#documents.recorded.change(by, user.value, after, { more });
  }

  /** The users whose assignments refer to the removed object. */
  referring(removed: Removed): AsyncGenerator<Referrer> {
    const how = { happened: 'assignments-replaced', reason: 'removed' };
    return usersReferring(this.#documents.realm.of(users), removed, (before, after) =>
      this.#documents.recorded.planChange(before, after, how),
    );
  }

  /** Replaces all assignments of the user. Only `access/` calls this. Refused with `invalid`, `missing`, `changed`. */
  async replaceAssignments(
    by: Actor,
    id: string,
    assignments: readonly Assignment[],
    expected: number,
    reason?: string,
  ): Promise<Saved<Stored<User>>> {
    const user = await this.#documents.read(id, expected);
    if (!user.ok) return user;
    const above = await this.#documents.groupsAbove(assignments);
    if (!above.ok) return above;
    const { version: _, nextExpiry: _ended, ...before } = user.value;
    const after = { ...before, assignments: [...assignments] };
    return this.#documents.recorded.change(
      by,
      user.value,
      { ...after, ...indexOf(after, above.value) },
      { happened: 'assignments-replaced', ...(reason !== undefined && { reason }) },
    );
  }

  /** Ends every session and grant that began until now, in one write. Refused with `missing`, `changed`. */
  async signOutEverywhere(by: Actor, id: string, reason?: string): Promise<Saved<Stored<User>>> {
    const signedOut = (before: User): User => ({ ...before, signedOutAt: nextSignOutEpoch(before) });
    return this.#documents.change(by, id, 'signed-out-everywhere', signedOut, reason);
  }
}
