/**
 * identity: who there is, by which names they are known, and whether a password is theirs.
 *
 * Owns users, identifiers, credentials and groups, their hashing and the throttling of guesses. Never decides what anybody
 * may do (assignments are kept here, their rules lie in `access/`), and knows no page, cookie or protocol.
 */
import { type Instant, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type Credential, credentials } from './credential.js';
import { foldTyped } from '../identifiers/normalize-identifier.js';
import { identifiers, PRIMARY_STORE } from '../identifiers/identifier.js';
import { type KnownBrowsers, readBrowserCookie } from '../throttling/known-browser.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { PASSWORD_LIMIT } from './password-policy.js';
import type { Throttle } from '../throttling/throttle.js';
import { users, type User } from '../users/user.js';
import { beyondStoreTime } from '../../storage/deadlines/store-time.js';

export type PasswordCheck =
  /** The user may be disabled: only who typed the right password is to learn that. */
  | { readonly kind: 'ok'; readonly user: Stored<User> }
  /** No such name, no password, or not this one: nobody learns which. `user`: whose name it was, for the audit alone. */
  | { readonly kind: 'wrong-credentials'; readonly user?: Stored<User> }
  /** Known and unknown names alike. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many passwords wait to be checked. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number };

export interface PasswordChecker {
  /**
   * Whose password this is.
   * @param typed.identifier a username or verified e-mail address, as it was typed; blanks and invisible marks around it are left out
   * @param address the client's network address
   * @param browser the cookie of a known browser, if it has one
   * @throws StoreUnavailable and nothing else
   */
  verify(
    typed: { readonly identifier: string; readonly password: string },
    address: string,
    browser?: string,
  ): Promise<PasswordCheck>;
}

/** Seconds after which a full queue is worth another try. */
const QUEUE_PAUSE = 5;

/** The id of no user: an unknown name costs the same reads as a known one. */
const NOBODY = 'nobody';

export function passwords(parts: {
  readonly realm: Realm;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly browsers: Pick<KnownBrowsers, 'holds'>;
  /** Told when a right password could not be hashed anew: its old hash goes on as it is. */
  readonly onFailure: (error: unknown) => void;
}): PasswordChecker {
  const { realm, hasher, throttle, browsers, onFailure } = parts;

  /** The id of whoever has this name. */
  async function holderOf(name: string | undefined): Promise<string> {
    const held = await realm.of(identifiers).findOne('value', { store: PRIMARY_STORE, value: name ?? '' });
    return held?.userId ?? NOBODY;
  }

  async function withCredential(id: string) {
    // The user first: a sign-in with the password before a change must not carry the epoch after it.
    const user = await realm.of(users).get(id);
    const credential = await realm.of(credentials).get(id);
    return { user, credential: user && credential };
  }

  /** Undefined: nobody is known to have signed in as this person with it. Unknown names cost the same calls. */
  async function attemptFromBrowser(cookie: string | undefined, holder: Promise<string>) {
    const claim = readBrowserCookie(cookie);
    if (!claim) return undefined;
    const user = await realm.of(users).get(await holder);
    return user && browsers.holds(claim, user) ? throttle.attemptFromBrowser(claim.id) : undefined;
  }

  async function judge(holder: Promise<string>, password: string) {
    const { user, credential } = await withCredential(await holder);
    return { user, credential, right: await hasher.matches(password, credential?.password) };
  }

  /** In nobody's way: whoever sets a password meanwhile wins, and what can't be done now is done at another sign-in. */
  async function hashAnew(password: string, { version, ...credential }: Stored<Credential>): Promise<void> {
    try {
      const better = await hasher.better(password, credential.password);
      if (!better) return;
      const { setAt, generated } = credential.password;
      await realm.of(credentials).replace({ ...credential, password: { ...better, setAt, generated } }, version);
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    async verify({ identifier, password }, address, browser) {
      // Never hashed, and told apart from a wrong one by nobody: the name plays no part.
      if (password === '' || password.length > PASSWORD_LIMIT) return { kind: 'wrong-credentials' };
      // Before anything is asked of the store: in a storm most are sent away, and must cost others nothing.
      if (hasher.isOverloaded()) return { kind: 'overloaded', retryAfterSeconds: QUEUE_PAUSE };
      const folded = foldTyped(identifier);
      const name = folded.ok ? folded.value : undefined;
      // Text that cannot be a name (it contains a space or is too long) is counted as typed.
      // Beside each other, so that looking at the rules first costs no round trip.
      const holder = holderOf(name);
      holder.catch(() => undefined);
      const attempt =
        (await attemptFromBrowser(browser, holder)) ?? (await throttle.attempt(name ?? ` ${identifier}`, address));
      if (!attempt.ok) return { kind: 'throttled', retryAfterSeconds: secondsUntil(attempt.until) };
      let judged: Awaited<ReturnType<typeof judge>>;
      try {
        judged = await judge(holder, password);
      } catch (error) {
        await attempt.withdrawn();
        if (error instanceof GatehouseError && error.code === 'overloaded')
          return { kind: 'overloaded', retryAfterSeconds: QUEUE_PAUSE };
        throw error;
      }
      const { right, user, credential } = judged;
      if (!right || !user) return { kind: 'wrong-credentials', ...(user && { user }) };
      await attempt.succeeded();
      if (credential) void beyondStoreTime(() => hashAnew(password, credential));
      return { kind: 'ok', user };
    },
  };
}

const secondsUntil = (at: Instant): number => Math.max(1, Math.ceil((at - now()) / 1000));
