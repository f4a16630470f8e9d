import type { Level } from '../../base/authentication-level.js';
import { type Instant, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import { PASSWORD_LIMIT } from '../passwords/password-policy.js';
import { type KnownBrowsers, readBrowserCookie } from '../throttling/known-browser.js';
import type { Attempted, Throttle } from '../throttling/throttle.js';
import type { User } from '../users/user.js';
import { isEnforcedElsewhere } from './enforced-elsewhere.js';
import { equalRefusals } from './equal-time.js';
import { knownIdentity, NOBODY } from './known-identity.js';
import type {
  AccountFault,
  ConnectorOutcome,
  KnownIdentity,
  PasswordConnector,
  UpstreamIdentity,
  UserstoreFault,
} from './password-connector.js';
import { type SignInForm, signInForm } from './sign-in-form.js';
import { userstoreRoute } from './userstore-route.js';

export type PasswordCheck =
  /** The user may be disabled: only somebody with the right password may learn that. */
  | {
      readonly kind: 'ok';
      readonly user: Stored<User>;
      readonly connector: string;
      /** What the connector confirmed beyond the password. */
      readonly level?: Level;
    }
  /**
   * Unknown name, no password, or wrong password, deliberately not distinguished. `user`: the owner of the name, `connector`: it
   * knows the name, and `fault`: the userstore refused without looking at the password, or was not asked; only for the audit
   * record, since whoever typed a wrong password must not learn that there is such an account.
   */
  | {
      readonly kind: 'wrong-credentials';
      readonly user?: Stored<User>;
      readonly connector?: string;
      readonly fault?: UnprovenFault;
    }
  /** The password is right, and the userstore, or the rules of its connector, refuse the sign-in. */
  | {
      readonly kind: 'account-refused';
      readonly fault: AccountFault;
      readonly user?: Stored<User>;
      readonly connector?: string;
    }
  /** The userstore could not check the password. */
  | {
      readonly kind: 'userstore-failed';
      readonly userstore: string;
      readonly fault: UserstoreFault;
      readonly reason: string;
    }
  /** The name asks for a userstore that the client does not offer, or the form does not ask. This depends on the typed text and on settings alone. */
  | { readonly kind: 'not-offered' }
  /** For known and unknown names alike. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many passwords wait to be checked. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number };

/** Who signs in, and from where. */
export interface TypedSignIn {
  /** A username or verified e-mail address, or `STORE/username`, as typed. */
  readonly identifier: string;
  readonly password: string;
  /** The userstores that the client offers; absent: all. */
  readonly offered?: readonly string[];
  /** The userstore that the form asks, because the request chose it (`idp_hint`). */
  readonly hint?: string;
  /** The request, for the audit records of what the sign-in changes. */
  readonly requestId?: string;
}

export interface PasswordAuthentication {
  /**
   * Finds the user with this password.
   * @param address the client's network address
   * @param browser the cookie of a known browser, if there is one
   * @throws StoreUnavailable and nothing else
   */
  authenticate(typed: TypedSignIn, address: string, browser?: string): Promise<PasswordCheck>;
  /** Whether a typed name leads to an offered userstore, by the text and settings alone. */
  isOffered(identifier: string, offered?: readonly string[]): Promise<boolean>;
  /** What the sign-in form asks, by what the client offers and the request hints at. */
  form(offered?: readonly string[], hint?: string): Promise<SignInForm>;
}

/** The userstores in order, `primary` first. The same array until a connector changes; makes no store call once warm. */
export type UserstoreChain = () => Promise<readonly PasswordConnector[]>;

/**
 * The user of an identity that a userstore other than `primary` has just confirmed: the linked user, brought up to date, or a new
 * one. `refused`: the rules of the connector admit nobody new, or the identity lacks what a user needs.
 *
 * @param known our stored data for the typed name in this userstore. That the name is the same proves nothing by itself
 */
export type AdmitIdentity = (
  by: Actor,
  connector: string,
  identity: UpstreamIdentity,
  known: Pick<KnownIdentity, 'user'>,
) => Promise<Admission>;

/** `level`: the authentication level that the mapping of the connector gives to what the identity reports. */
export type Admission =
  { readonly kind: 'admitted'; readonly user: Stored<User>; readonly level?: Level } | { readonly kind: 'refused' };

/** `held-back`: the next wrong password might lock the account in its userstore, so none was sent. */
export type UnprovenFault = Extract<AccountFault, 'locked' | 'not-allowed'> | 'held-back';

/** Seconds after which a full queue is worth another try. */
const QUEUE_PAUSE = 5;

const overloaded = { kind: 'overloaded', retryAfterSeconds: QUEUE_PAUSE } as const;

/** One connector of the chain, with the stored identity of the typed name there. */
interface Candidate {
  readonly connector: PasswordConnector;
  readonly known: Pick<KnownIdentity, 'user'>;
}

interface Judged {
  readonly outcome: ConnectorOutcome;
  readonly candidate: Candidate | undefined;
}

export function passwordAuthentication(parts: {
  readonly realm: Realm;
  readonly chain: UserstoreChain;
  readonly admit: AdmitIdentity;
  readonly hasher: Pick<PasswordHasher, 'isOverloaded' | 'matches'>;
  readonly throttle: Throttle;
  readonly browsers: Pick<KnownBrowsers, 'holds'>;
  /** The outcome will be recorded: its keys are read beside the user. */
  readonly personal: Pick<PersonalKeys, 'prepare'>;
}): PasswordAuthentication {
  const { realm, chain, admit, hasher, throttle, browsers, personal } = parts;
  const equalTime = equalRefusals();

  /** Undefined if the browser is not known for this user. Unknown names cost the same calls. */
  async function attemptFromBrowser(cookie: string | undefined, candidates: readonly Candidate[]) {
    const claim = readBrowserCookie(cookie);
    if (!claim) return undefined;
    const known = await Promise.all(candidates.map((candidate) => candidate.known.user()));
    return known.some((user) => user && browsers.holds(claim, user))
      ? throttle.attemptFromBrowser(claim.id)
      : undefined;
  }

  async function judge(
    candidates: readonly Candidate[],
    typed: { readonly name: string; readonly password: string },
    isKnownBrowser: boolean,
  ): Promise<Judged> {
    personal.prepare(undefined);
    for (const candidate of candidates) {
      const { connector } = candidate;
      let guess: Attempted | undefined;
      const mayGuess = async (account: string): Promise<boolean> => {
        if (!connector.lockout) return true;
        const taken = await throttle.attemptAccount(connector.id, account, { ...connector.lockout, isKnownBrowser });
        if (taken.ok) guess = taken;
        return taken.ok;
      };
      const outcome = await connector.authenticate(typed, { ...candidate.known, mayGuess });
      if (outcome.kind !== 'unknown') {
        await settle(guess, outcome);
        return { outcome, candidate };
      }
    }
    return { outcome: { kind: 'unknown' }, candidate: undefined };
  }

  /** A guess counts as wrong unless the password was right, or the userstore could not say. */
  async function settle(guess: Attempted | undefined, { kind }: ConnectorOutcome): Promise<void> {
    switch (kind) {
      case 'ok':
      case 'partial':
      case 'disabled':
      case 'expired':
      case 'must-change':
      case 'denied':
        return guess?.succeeded();
      case 'unknown':
      case 'unavailable':
      case 'upstream-error':
      case 'misconfigured':
        return guess?.withdrawn();
      case 'wrong-credentials':
      case 'locked':
      case 'not-allowed':
      case 'held-back':
        return undefined;
    }
  }

  /** The user of a confirmed identity. `primary` confirms the user whom it was asked about. */
  async function admitted(by: Actor, candidate: Candidate | undefined, identity: UpstreamIdentity): Promise<Admission> {
    if (candidate && candidate.connector.id !== PRIMARY_STORE) {
      return admit(by, candidate.connector.id, identity, candidate.known);
    }
    const user = await candidate?.known.user();
    return user ? { kind: 'admitted', user } : { kind: 'refused' };
  }

  /**
   * Makes every refusal take as long as a hash, for unknown users and any userstore, and as long as the slowest recent refusal
   * where userstores beside `primary` are asked.
   */
  async function takeEqualTime({ outcome, candidate }: Judged, password: string, begun: number, isAlone: boolean) {
    if (outcome.kind === 'ok' || outcome.kind === 'partial') return;
    if (candidate?.connector.comparesHashes !== true) await hasher.matches(password, undefined);
    if (!isAlone) await equalTime(performance.now() - begun);
  }

  return {
    async isOffered(identifier, offered) {
      return userstoreRoute({ chain: await chain(), offered }, identifier).connectors.length > 0;
    },

    form: async (offered, hint) => signInForm({ chain: await chain(), offered, hint }),

    async authenticate({ identifier, password, offered, hint, requestId = 'sign-in' }, address, browser) {
      // Never hashed. This reveals nothing, because it does not depend on the name.
      if (password === '' || password.length > PASSWORD_LIMIT) return { kind: 'wrong-credentials' };
      // Checked before any store call: in a storm most attempts are refused, and must cost others nothing.
      if (hasher.isOverloaded()) return overloaded;
      const all = await chain();
      const { connectors, name } = userstoreRoute({ chain: all, offered, hint }, identifier);
      if (connectors.length === 0) return { kind: 'not-offered' };
      // Looked up in parallel with the throttle, so that reading the rules first costs no round trip.
      const candidates = connectors.map((connector) => ({
        connector,
        known: knownIdentity(realm, connector.id, name ?? '', (userId) => personal.prepare(userId)),
      }));
      // Text that cannot be a name (it contains a space or is too long) is counted as typed.
      const fromBrowser = await attemptFromBrowser(browser, candidates);
      const attempt = fromBrowser ?? (await throttle.attempt(name ?? ` ${identifier}`, address));
      if (!attempt.ok) return { kind: 'throttled', retryAfterSeconds: secondsUntil(attempt.until) };
      const begun = performance.now();
      let judged: Judged;
      try {
        judged = await judge(candidates, { name: name ?? NOBODY, password }, fromBrowser !== undefined);
        await takeEqualTime(
          judged,
          password,
          begun,
          connectors.every(({ comparesHashes }) => comparesHashes),
        );
      } catch (error) {
        await attempt.withdrawn();
        if (error instanceof GatehouseError && error.code === 'overloaded') return overloaded;
        throw error;
      }
      const { outcome, candidate } = judged;
      const user = await candidate?.known.user();
      const connector = candidate && { connector: candidate.connector.id };
      switch (outcome.kind) {
        case 'ok':
        case 'partial': {
          const by = { kind: 'system', id: `connector:${candidate?.connector.id}`, requestId, address } as const;
          const admission = await admitted(by, candidate, outcome.identity);
          if (admission.kind === 'refused') return { kind: 'account-refused', fault: 'not-allowed', ...connector };
          const { user: found, level } = admission;
          if (candidate && isEnforcedElsewhere(found, candidate.connector, all)) {
            return { kind: 'account-refused', fault: 'not-allowed', user: found, ...connector };
          }
          await attempt.succeeded();
          const confirmedBy = candidate?.connector.id ?? PRIMARY_STORE;
          return { kind: 'ok', user: found, connector: confirmedBy, ...(level !== undefined && { level }) };
        }
        case 'unknown':
        case 'wrong-credentials':
          return { kind: 'wrong-credentials', ...(user && { user }), ...connector };
        case 'locked':
        case 'not-allowed':
        case 'held-back':
          return { kind: 'wrong-credentials', fault: outcome.kind, ...(user && { user }), ...connector };
        case 'disabled':
        case 'expired':
        case 'must-change':
        case 'denied':
          return { kind: 'account-refused', fault: outcome.kind, ...(user && { user }), ...connector };
        case 'unavailable':
        case 'upstream-error':
        case 'misconfigured': {
          await attempt.withdrawn();
          const userstore = candidate?.connector.id ?? '';
          return { kind: 'userstore-failed', userstore, fault: outcome.kind, reason: outcome.reason };
        }
      }
    },
  };
}

const secondsUntil = (at: Instant): number => Math.max(1, Math.ceil((at - now()) / 1000));
