import { problem } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, refused, savedAs, type Saved } from '../../changes/change-result.js';
import { auditedOf } from '../../changes/event.js';
import type { Surviving } from '../../sessions/keep-session.js';
import { nextSignOutEpoch, type SignOutEpoch, signOutEpochOf } from '../../sessions/sign-out-epoch.js';
import type { Stored } from '../../storage/spec.js';
import { insert, put, replace, type Write } from '../../storage/write.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import type { ImportedPassword, NewPassword, NewUser } from '../users/new-user.js';
import type { UserDocuments } from '../users/user-documents.js';
import { type User, users } from '../users/user.js';
import { credentials } from './credential.js';
import { newCredential, passwordRefusal } from './new-credential.js';

export interface PasswordChange {
  readonly signOut?: boolean;
  /** It must differ from the previous password. */
  readonly another?: boolean;
  /** Refused as `changed` if the user is in another epoch, because they were signed out meanwhile. */
  readonly epoch?: SignOutEpoch;
  /** The sessions that survive the sign-out; called again if the commit conflicts. */
  readonly surviving?: Surviving;
}

const MOST_TRIES = 4;

/** The passwords of users in the primary userstore. */
export class UserPasswords {
  readonly #documents: UserDocuments;
  readonly #hasher: PasswordHasher;
  readonly #realmName: () => Promise<string | undefined>;

  /** @param parts.realmName the name of the realm, which must not be the password */
  constructor(
    documents: UserDocuments,
    parts: { readonly hasher: PasswordHasher; readonly realmName?: () => Promise<string | undefined> },
  ) {
    this.#documents = documents;
    this.#hasher = parts.hasher;
    this.#realmName = parts.realmName ?? (async () => undefined);
  }

  /** Whether the user has a password and can sign in with it. */
  async has(id: string): Promise<boolean> {
    return (await this.#documents.realm.of(credentials).get(id)) !== undefined;
  }

  /**
   * Sets the user's password. `signOut` ends all of their sessions except those in `surviving`. Refused with `invalid`,
   * `missing`, `changed`. @throws GatehouseError `overloaded`
   */
  async set(
    by: Actor,
    id: string,
    password: NewPassword,
    { signOut = false, another = false, epoch, surviving = nothing }: PasswordChange = {},
  ): Promise<Saved<Stored<User>>> {
    const first = await this.#documents.read(id);
    if (!first.ok) return first;
    const elsewhere = keptElsewhere(first.value);
    if (elsewhere) return elsewhere;
    const weak = await this.refusal(password, first.value);
    if (weak) return weak;
    if (another && (await this.#isPassword(id, password.clear))) {
      return invalid(problem('password-as-before', ['password'], {}));
    }
    const credential = await this.write(id, password);
    let read: Saved<Stored<User>> | undefined = first;
    const setOnce = async (): Promise<Saved<Stored<User>>> => {
      const user = read ?? (await this.#documents.read(id));
      read = undefined;
      if (!user.ok) return user;
      const { version, ...before } = user.value;
      if (epoch !== undefined && signOutEpochOf(before) !== epoch) return signedOutMeanwhile(id);
      const at = nextSignOutEpoch(before);
      const after = withPasswordState(signOut ? { ...before, signedOutAt: at } : before, password);
      const event = {
        ...this.#documents.event('password-set', id),
        at,
        before: auditedOf(users, user.value),
        after: auditedOf(users, after),
      };
      const outcome = await this.#documents.recorder.record(by, event, [
        replace(users, after, version),
        credential,
        ...(signOut ? await surviving(before, after) : []),
      ]);
      return savedAs({ kind: 'user', name: id }, outcome, { ...after, version: version + 1 });
    };
    // The hash is expensive and stays valid; another tab of the same session may write at any moment.
    return retryOnConflict(setOnce, isChanged, { most: MOST_TRIES });
  }

  /**
   * Another userstore has set the password of this user: records it, and ends all of their sessions except those in `surviving`. Refused
   * with `missing`, `changed`.
   */
  async setElsewhere(by: Actor, id: string, userstore: string, surviving: Surviving): Promise<Saved<Stored<User>>> {
    const once = async (): Promise<Saved<Stored<User>>> => {
      const user = await this.#documents.read(id);
      if (!user.ok) return user;
      const { version, ...before } = user.value;
      const at = nextSignOutEpoch(before);
      const after = { ...before, signedOutAt: at };
      const event = { ...this.#documents.event('password-set', id), at, details: { userstore } };
      const writes = [replace(users, after, version), ...(await surviving(before, after))];
      const outcome = await this.#documents.recorder.record(by, event, writes);
      return savedAs({ kind: 'user', name: id }, outcome, { ...after, version: version + 1 });
    };
    return retryOnConflict(once, isChanged, { most: MOST_TRIES });
  }

  /** Sets the password of a user who has none; false if they have one by now. Refused as {@link set} is. */
  async setFirst(by: Actor, id: string, password: NewPassword | ImportedPassword): Promise<Saved<boolean>> {
    const user = await this.#documents.read(id);
    if (!user.ok) return user;
    const elsewhere = keptElsewhere(user.value);
    if (elsewhere) return elsewhere;
    const weak = await this.refusal(password, user.value);
    if (weak) return weak;
    if (await this.has(id)) return { ok: true, value: false };
    const { version, ...before } = user.value;
    const event = { ...this.#documents.event('password-set', id), at: now() };
    const outcome = await this.#documents.recorder.record(by, event, [
      await this.firstWrite(id, password),
      replace(users, withPasswordState(before, password), version),
    ]);
    const saved = savedAs({ kind: 'user', name: id }, outcome, true);
    return !saved.ok && saved.refusal.code === 'taken' ? { ok: true, value: false } : saved;
  }

  /** The user must choose another password at the next sign-in. Refused with `invalid`, `missing`, `changed`. */
  async requireChange(by: Actor, id: string): Promise<Saved<Stored<User>>> {
    const user = await this.#documents.read(id);
    const elsewhere = user.ok && keptElsewhere(user.value);
    if (elsewhere) return elsewhere;
    return this.#documents.change(by, id, 'password-change-required', (before) => ({
      ...before,
      mustChangePassword: true,
    }));
  }

  /** Why this cannot become the user's password; undefined if it can. Refused with `invalid`. */
  async refusal(
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

  /** The write that stores a first password. @throws GatehouseError `overloaded` */
  async firstWrite(id: string, password: NewPassword | ImportedPassword): Promise<Write> {
    return insert(credentials, await newCredential(id, password, this.#hasher));
  }

  /** The write that stores a password in place of any before. @throws GatehouseError `overloaded` */
  async write(id: string, password: NewPassword): Promise<Write> {
    return put(credentials, await newCredential(id, password, this.#hasher));
  }

  async #isPassword(id: string, password: string): Promise<boolean> {
    const credential = await this.#documents.realm.of(credentials).get(id);
    return credential !== undefined && this.#hasher.matches(password, credential.password);
  }
}

/** The user after the password was set, which determines whether they must change it. */
function withPasswordState(
  { mustChangePassword: _, ...user }: User,
  { mustChange = false }: NewPassword | ImportedPassword,
): User {
  return { ...user, ...(mustChange && { mustChangePassword: true }) };
}

const isChanged = (saved: Saved<unknown>): boolean => !saved.ok && saved.refusal.code === 'changed';

/** A password here would sign nobody in. */
const keptElsewhere = ({ username, userstore }: User): Saved<never> | undefined =>
  userstore === PRIMARY_STORE
    ? undefined
    : invalid(problem('password-elsewhere', ['password'], { username, userstore }));

const nothing: Surviving = async () => [];

const signedOutMeanwhile = (id: string): Saved<never> =>
  refused('changed', problem('signed-out-meanwhile', [], { id }));
