/**
 * identity: who there is, by which names they are known, and whether a password is theirs.
 *
 * Owns users, identifiers, credentials and groups, their hashing and the throttling of guesses. Never decides what anybody
 * may do (edges are kept here, their rules lie in `access/`), and knows no page, cookie or protocol.
 */
import type { Instant } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { credentials } from './credential.js';
import { foldIdentifier } from './fold-identifier.js';
import { identifiers, PRIMARY_STORE } from './identifier.js';
import type { PasswordHasher } from './password-hash.js';
import { PASSWORD_LIMIT } from './password-policy.js';
import type { Throttle } from './throttle.js';
import { users, type User } from './user.js';

export interface PasswordAttempt {
  /** The username or e-mail address as it was typed. */
  readonly typed: string;
  readonly password: string;
  /** The client's network address. */
  readonly address: string;
}

export type PasswordOutcome =
  | { readonly kind: 'ok'; readonly user: Stored<User> }
  | { readonly kind: 'wrong-credentials' } // no such name, no password, or not this one: nobody learns which
  | { readonly kind: 'throttled'; readonly until: Instant } // known and unknown names alike
  | { readonly kind: 'overloaded' } // too many wait to be checked; try again in a few seconds
  | { readonly kind: 'disabled'; readonly user: Stored<User> }; // said only to who typed the right password

export interface Passwords {
  /** Whose password this is. What can be wrong is an answer; only StoreUnavailable is thrown. */
  verify(attempt: PasswordAttempt): Promise<PasswordOutcome>;
}

/** The id of no user: an unknown name costs the same reads as a known one. */
const NOBODY = 'nobody';

export function passwords(parts: {
  readonly realm: Realm;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
}): Passwords {
  const { realm, hasher, throttle } = parts;

  async function holderOf(name: string | undefined) {
    const held = await realm.of(identifiers).findOne('value', { store: PRIMARY_STORE, value: name ?? '' });
    const id = held?.userId ?? NOBODY;
    const [user, credential] = await Promise.all([realm.of(users).get(id), realm.of(credentials).get(id)]);
    return { user, credential: user && credential };
  }

  return {
    async verify({ typed, password, address }) {
      // Never hashed, and told apart from a wrong one by nobody: the name plays no part.
      if (password === '' || password.length > PASSWORD_LIMIT) return { kind: 'wrong-credentials' };
      const folded = foldIdentifier(typed);
      const name = folded.ok ? folded.value : undefined;
      // What can't be a name (it holds a space or is too long) is counted as typed.
      const attempt = await throttle.attempt(name ?? ` ${typed}`, address);
      if (!attempt.ok) return { kind: 'throttled', until: attempt.until };
      const { user, credential } = await holderOf(name);
      let right: boolean;
      try {
        right = await hasher.matches(password, credential?.password);
      } catch (error) {
        await attempt.withdrawn();
        if (error instanceof GatehouseError && error.code === 'overloaded') return { kind: 'overloaded' };
        throw error;
      }
      if (!right || !user) return { kind: 'wrong-credentials' };
      await attempt.succeeded();
      return user.state === 'disabled' ? { kind: 'disabled', user } : { kind: 'ok', user };
    },
  };
}
