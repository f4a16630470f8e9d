import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { isDeepStrictEqual } from 'node:util';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { auditedOf, type Event } from '../../changes/event.js';
import type { Referrer, ReferrerSource, Removed } from '../../changes/removal/referrer.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { invalid, missing, refused, savedAs, type Saved } from '../../changes/change-result.js';
import { nextSignOutEpoch, type SignOutEpoch, signOutEpochOf } from '../../sessions/sign-out-epoch.js';
import type { Surviving } from '../../sessions/keep-session.js';
import { claimUserId } from '../../realm/used-user-id.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, put, replace, type Write } from '../../storage/write.js';
import { assignmentsRefusal } from '../check-assignments.js';
import { claimsOf, emailWrites, identifiersOf, MOST_NAMES, nameWrites } from '../identifiers/identifier-writes.js';
import { credentials } from '../passwords/credential.js';
import { newUsernameFault } from '../identifiers/normalize-identifier.js';
import { decidingAccess } from './access-relevant-fields.js';
import { groups } from '../groups/group.js';
import { groupsAbove } from '../groups/parent-groups.js';
import { type Identifier, identifiers } from '../identifiers/identifier.js';
import { giveUsername, nameTurn } from '../identifiers/lookalike-usernames.js';
import { newCredential, passwordRefusal } from '../passwords/new-credential.js';
import { type ImportedPassword, newUser, type NewPassword, type NewUser } from './new-user.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { groupsOf, indexOf } from './user-index.js';
import { users, type User } from './user.js';
import { isClientId, userIdFault } from './user-id.js';
import { patchedUser } from './patch-user.js';
import type { UserPatch } from './user-input.js';
import { UserQueries } from './user-queries.js';
import { usersReferring } from './user-references.js';
import { removeUser } from './remove-user.js';

export interface PasswordChange {
  readonly signOut?: boolean;
  /** The password before must not be chosen again. */
  readonly another?: boolean;
  /** Refused as `changed` where the user is in another epoch: whoever changes it has been signed out meanwhile. */
  readonly epoch?: SignOutEpoch;
  /** What lives on that the sign-out would end; asked for again when the writes don't fit. */
  readonly surviving?: Surviving;
}

export interface NewEmail {
  readonly address: string;
  /** Somebody has seen to it that it is the user's. */
  readonly verified: boolean;
}

const idTaken = (id: string) =>
  refused({ code: 'taken', key: 'id', message: `The id ${id} is or was somebody else's, or a client's.` });

const MOST_TRIES = 4;

const isChanged = (saved: Saved<unknown>): boolean => !saved.ok && saved.refusal.code === 'changed';

/** What of a user changes by itself; identifiers, assignments and passwords have operations of their own. */
export type UserChange = Partial<Pick<User, 'profile' | 'attributes' | 'state'>>;

/** Users, their identifiers and their passwords. Each change is one event in one commit. */
export class UserService extends UserQueries implements ReferrerSource {
  readonly #realm: Realm;
  readonly #recorder: Recorder;
  readonly #hasher: PasswordHasher;
  readonly #segmentsOf: (user: User) => Promise<string[]>;
  readonly #realmName: () => Promise<string | undefined>;
  readonly #documents: RecordedDocuments<typeof users>;

  /** @param parts.segmentsOf the segments that somebody is in; absent: there are none */
  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly hasher: PasswordHasher;
    readonly segmentsOf?: (user: User) => Promise<string[]>;
    /** What no password may be made of, besides the user's own names. */
    readonly realmName?: () => Promise<string | undefined>;
  }) {
    super(parts.realm);
    this.#realm = parts.realm;
    this.#recorder = parts.recorder;
    this.#hasher = parts.hasher;
    this.#segmentsOf = parts.segmentsOf ?? (async () => []);
    this.#realmName = parts.realmName ?? (async () => undefined);
    this.#documents = recordedDocuments(parts.recorder, {
      spec: users,
      kind: 'user',
      access: decidingAccess,
    });
  }

  /**
   * Makes a user with all that is known from the start, or nothing. Refused as `taken` (its `key` is `username`,
   * `email` or `id`: an id that anybody ever had, or a client), or as `invalid`.
   * @throws GatehouseError `overloaded` when too many passwords wait to be hashed
   */
  async create(by: Actor, wanted: NewUser): Promise<Saved<Stored<User>>> {
    const claims = claimsOf(wanted);
    if (!claims.ok) return claims;
    const mixed = newUsernameFault(wanted.username);
    if (mixed !== undefined) return invalid(`The username ${mixed}`);
    const weak = wanted.password && (await this.#passwordRefusal(wanted.password, wanted));
    if (weak) return weak;
    const unfit = wanted.id === undefined ? undefined : userIdFault(wanted.id);
    if (unfit !== undefined) return invalid(`The id ${unfit}`);
    if (wanted.id !== undefined && (await isClientId(this.#realm, wanted.id))) return idTaken(wanted.id);
    const assignments = wanted.assignments ?? [];
    const above = await this.#above(assignments);
    if (!above.ok) return above;

    const at = now();
    const made = newUser(wanted, above.value, at);
    const user: User = { ...made, segments: await this.#segmentsOf(made) };
    const rows = identifiersOf(user.id, claims.value);
    const writes: Write[] = [...rows.map((row) => insert(identifiers, row)), insert(users, user)];
    if (wanted.password) writes.push(insert(credentials, await newCredential(user.id, wanted.password, this.#hasher)));

    const claimed = wanted.id === undefined ? undefined : writes.push(claimUserId(wanted.id)) - 1;

    const event = { ...this.#event('created', user.id), at, after: auditedOf(users, user) };
    const record = (turn: Write) => this.#recorder.record(by, event, [...writes, turn]);
    const given = await giveUsername(this.#realm, wanted.username, record, writes.length);
    if (!given.ok) return given;
    const outcome = given.value;
    const taken = !outcome.ok && outcome.refusedBy === 'store' ? rows[outcome.write] : undefined;
    if (taken) {
      const written = taken.kind === 'email' ? user.email : user.username;
      return refused({
        code: 'taken',
        key: taken.kind,
        message: `The ${taken.kind} ${String(written)} is in use already.`,
      });
    }
    if (!outcome.ok && outcome.refusedBy === 'store' && [claimed, rows.length].includes(outcome.write)) {
      return idTaken(user.id);
    }
    return savedAs(`user ${user.username}`, outcome, { ...user, version: 1 });
  }

  /**
   * Who is disabled is signed out everywhere by it, for good: enabled again, they sign in anew.
   * Refused with `missing`, `changed`. What is equal is not written.
   */
  async change(by: Actor, id: string, change: UserChange, expected?: number): Promise<Saved<Stored<User>>> {
    const user = await this.#at(id, expected);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    const { state = before.state } = change;
    const told = change.profile !== undefined && !isDeepStrictEqual(change.profile, before.profile);
    const after = { ...before, ...change, ...(told && { profileChangedAt: now() }), ...stateChange(before, state) };
    return this.#documents.change(by, user.value, await this.#indexed(after));
  }

  /**
   * Changes what an administrator may change, names among it, in one commit. Refused with `missing`, `changed`, `taken` (its `key` is
   * `username` or `email`), `invalid`, `forbidden`.
   */
  async update(by: Actor, id: string, patch: UserPatch, expected?: number): Promise<Saved<Stored<User>>> {
    // Somebody was given a name that looks like the new one meanwhile: whether it still may be had is asked again.
    const isLost = (saved: Saved<unknown>): boolean =>
      patch.username !== undefined && !saved.ok && (saved.refusal.code === 'changed' || saved.refusal.code === 'taken');
    return retryOnConflict(() => this.#updateOnce(by, id, patch, expected), isLost, { most: MOST_TRIES });
  }

  async #updateOnce(by: Actor, id: string, patch: UserPatch, expected?: number): Promise<Saved<Stored<User>>> {
    const user = await this.#at(id, expected);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    const patched = patchedUser(before, patch, now());
    if (!patched.ok) return patched;
    const names = nameWrites(patched.value.claims, await this.#identifiersOf(id), id);
    const { username } = patched.value.user;
    const turn = username === before.username ? undefined : await nameTurn(this.#realm, username, id);
    if (turn?.ok === false) return turn;
    const more = turn ? [...names, turn.value] : names;
    const { state = before.state } = patch;
    const after = await this.#indexed({ ...patched.value.user, ...stateChange(before, state) });
    const saved = await this.#documents.change(by, user.value, after, { more });
    if (saved.ok || saved.refusal.code !== 'taken') return saved;
    const isName = after.username !== before.username;
    const message = isName
      ? 'That username, or the e-mail address, is in use already.'
      : 'That email is in use already.';
    return refused({ ...saved.refusal, key: isName ? 'username' : 'email', message });
  }

  /**
   * Removes somebody for ever, with names, password, second factor and consents. Every session, grant and token of theirs ends with them;
   * their id is never used again, and their names are free. Refused with `missing`, `changed`, `forbidden`.
   */
  async remove(by: Actor, id: string, expected?: number): Promise<Saved<Stored<User>>> {
    const parts = { realm: this.#realm, recorder: this.#recorder, documents: this.#documents };
    return removeUser(parts, by, id, () => this.#at(id, expected));
  }

  /** Users whose assignments name something which is to be removed. */
  referring(removed: Removed): AsyncGenerator<Referrer> {
    const how = { happened: 'assignments-replaced', reason: 'removed' };
    return usersReferring(this.#realm.of(users), removed, (before, after) =>
      this.#documents.planChange(before, after, how),
    );
  }

  /**
   * Gives the user another e-mail address, or none. A verified one signs them in from this commit on, and the one before no longer does.
   * Refused with `taken` (its `key` is `email`), `invalid`, `missing`, `changed`.
   */
  async setEmail(by: Actor, id: string, email: NewEmail | undefined): Promise<Saved<Stored<User>>> {
    const setOnce = async (): Promise<Saved<Stored<User>>> => {
      const user = await this.#at(id);
      if (!user.ok) return user;
      const { version: _, email: _before, ...rest } = user.value;
      const named = { ...rest, ...(email && { email: email.address }), emailVerified: email?.verified === true };
      const claims = claimsOf(named);
      if (!claims.ok) return claims;
      // Read after the user: who changes them meanwhile changes its version too, which the commit expects.
      const more = emailWrites(claims.value, await this.#identifiersOf(id), id);
      const same = user.value.email === email?.address && user.value.emailVerified === named.emailVerified;
      const after = await this.#indexed({ ...named, ...(!same && { profileChangedAt: now() }) });
      const happened = email ? 'email-set' : 'email-removed';
      return this.#documents.change(by, user.value, after, { happened, more });
    };
    return takenAs(await retryOnConflict(setOnce, isChanged, { most: MOST_TRIES }), email?.address);
  }

  /** Everything that leads this user to access, anew. `access/` alone calls this. Refused with `invalid`, `missing`, `changed`. */
  async replaceAssignments(
    by: Actor,
    id: string,
    assignments: readonly Assignment[],
    expected: number,
    reason?: string,
  ): Promise<Saved<Stored<User>>> {
    const user = await this.#at(id, expected);
    if (!user.ok) return user;
    const above = await this.#above(assignments);
    if (!above.ok) return above;
    const { version: _, nextExpiry: _ended, ...before } = user.value;
    const after = { ...before, assignments: [...assignments] };
    return this.#documents.change(
      by,
      user.value,
      { ...after, ...indexOf(after, above.value) },
      { happened: 'assignments-replaced', ...(reason !== undefined && { reason }) },
    );
  }

  /**
   * Gives the user a password. `signOut`: whoever is signed in as them has to sign in anew, but for what `surviving` says.
   * Refused with `invalid`, `missing`, `changed`. @throws GatehouseError `overloaded`
   */
  async setPassword(
    by: Actor,
    id: string,
    password: NewPassword,
    { signOut = false, another = false, epoch, surviving = nothing }: PasswordChange = {},
  ): Promise<Saved<Stored<User>>> {
    const first = await this.#at(id);
    if (!first.ok) return first;
    const weak = await this.#passwordRefusal(password, first.value);
    if (weak) return weak;
    if (another && (await this.#isPassword(id, password.clear))) {
      return invalid('The password must be another one than before.');
    }
    const credential = put(credentials, await newCredential(id, password, this.#hasher));
    let read: Saved<Stored<User>> | undefined = first;
    const setOnce = async (): Promise<Saved<Stored<User>>> => {
      const user = read ?? (await this.#at(id));
      read = undefined;
      if (!user.ok) return user;
      const { version, ...before } = user.value;
      if (epoch !== undefined && signOutEpochOf(before) !== epoch) return signedOutMeanwhile(id);
      const at = nextSignOutEpoch(before);
      const after = owing(signOut ? { ...before, signedOutAt: at } : before, password);
      const event = {
        ...this.#event('password-set', id),
        at,
        before: auditedOf(users, user.value),
        after: auditedOf(users, after),
      };
      const outcome = await this.#recorder.record(by, event, [
        replace(users, after, version),
        credential,
        ...(signOut ? await surviving(before, after) : []),
      ]);
      return savedAs(`user ${id}`, outcome, { ...after, version: version + 1 });
    };
    // The hash is dear and stays right; another tab of the same session may write at any moment.
    return retryOnConflict(setOnce, isChanged, { most: MOST_TRIES });
  }

  /** Gives a password to a user who has none; false when they have one by now. */
  async setFirstPassword(by: Actor, id: string, password: NewPassword | ImportedPassword): Promise<Saved<boolean>> {
    const user = await this.#at(id);
    if (!user.ok) return user;
    const weak = await this.#passwordRefusal(password, user.value);
    if (weak) return weak;
    if (await this.hasPassword(id)) return { ok: true, value: false };
    const { version, ...before } = user.value;
    const outcome = await this.#recorder.record(by, { ...this.#event('password-set', id), at: now() }, [
      insert(credentials, await newCredential(id, password, this.#hasher)),
      replace(users, owing(before, password), version),
    ]);
    const saved = savedAs(`user ${id}`, outcome, true);
    return !saved.ok && saved.refusal.code === 'taken' ? { ok: true, value: false } : saved;
  }

  /** The user has to choose another password at their next sign-in. Refused with `missing`, `changed`. */
  async requirePasswordChange(by: Actor, id: string): Promise<Saved<Stored<User>>> {
    const user = await this.#at(id);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    const how = { happened: 'password-change-required' };
    return this.#documents.change(by, user.value, { ...before, mustChangePassword: true }, how);
  }

  /** Ends every session and grant that began until now, by one write. Refused with `missing`, `changed`. */
  async signOutEverywhere(by: Actor, id: string, reason?: string): Promise<Saved<Stored<User>>> {
    const user = await this.#at(id);
    if (!user.ok) return user;
    const { version: _, ...before } = user.value;
    const after = { ...before, signedOutAt: nextSignOutEpoch(before) };
    const how = { happened: 'signed-out-everywhere', ...(reason !== undefined && { reason }) };
    return this.#documents.change(by, user.value, after, how);
  }

  async #at(id: string, expected?: number): Promise<Saved<Stored<User>>> {
    const user = await this.get(id);
    if (!user) return missing('user', id);
    if (expected === undefined || user.version === expected) return { ok: true, value: user };
    return refused({ code: 'changed', message: `Someone else changed user ${id} meanwhile. Read it again.` });
  }

  async #above(assignments: readonly Assignment[]): Promise<Saved<string[]>> {
    const wrong = assignmentsRefusal(assignments);
    if (wrong !== undefined) return invalid(wrong);
    const above = await groupsAbove(this.#realm.of(groups), groupsOf(assignments));
    return above.ok ? { ok: true, value: above.value.map(({ group }) => group.id) } : above;
  }

  /** As what is known of them now finds them, below the groups that they were below. */
  async #indexed(user: User): Promise<User> {
    return { ...user, ...indexOf(user, user.within), segments: await this.#segmentsOf(user) };
  }

  async #identifiersOf(id: string): Promise<readonly Stored<Identifier>[]> {
    return (await this.#realm.of(identifiers).find('byUser', { userId: id }, { limit: MOST_NAMES })).rows;
  }

  async #isPassword(id: string, password: string): Promise<boolean> {
    const known = await this.#realm.of(credentials).get(id);
    return known !== undefined && this.#hasher.matches(password, known.password);
  }

  async #passwordRefusal(
    password: NewPassword | ImportedPassword,
    { username, email, profile }: NewUser,
  ): Promise<Saved<never> | undefined> {
    const realmName = await this.#realmName();
    return passwordRefusal(password, {
      username,
      ...(email !== undefined && { email }),
      ...(profile && { profile }),
      ...(realmName !== undefined && { realmName }),
    });
  }

  #event(happened: string, id: string): Pick<Event, 'kind' | 'realm' | 'subject'> {
    return { kind: `user.${happened}`, realm: this.#recorder.realm, subject: { kind: 'user', id } };
  }
}

/** Who is disabled is signed out everywhere by it. */
const stateChange = (before: User, state: User['state']): Pick<User, 'state' | 'signedOutAt'> => ({
  state,
  ...(state === 'disabled' && before.state !== 'disabled' && { signedOutAt: nextSignOutEpoch(before) }),
});

/** The user, who has this password now. */
function owing({ mustChangePassword: _, ...user }: User, { mustChange = false }: NewPassword | ImportedPassword): User {
  return { ...user, ...(mustChange && { mustChangePassword: true }) };
}

const nothing: Surviving = async () => [];

const signedOutMeanwhile = (id: string): Saved<never> =>
  refused({ code: 'changed', message: `User ${id} was signed out everywhere meanwhile. Sign in again.` });

const takenAs = <T>(saved: Saved<T>, email: string | undefined): Saved<T> =>
  saved.ok || saved.refusal.code !== 'taken'
    ? saved
    : refused({ code: 'taken', key: 'email', message: `The email ${String(email)} is in use already.` });
