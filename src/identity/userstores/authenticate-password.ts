import { type Instant, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { PASSWORD_LIMIT } from '../passwords/password-policy.js';
import { type KnownBrowsers, readBrowserCookie } from '../throttling/known-browser.js';
import type { Attempted, Throttle } from '../throttling/throttle.js';
import type { User } from '../users/user.js';
import type { Admissions, UserstoreChain } from './admissions.js';
import { equalRefusals } from './equal-time.js';
import { knownIdentities, type NamedUser, NOBODY } from './known-identity.js';
import type { PasswordChangeCheck, PasswordCheck, RefusedPassword, Welcome } from './password-check.js';
import type {
  ConnectorOutcome,
  KnownIdentity,
  PasswordChangeOutcome,
  PasswordConnector,
  TypedPassword,
  UpstreamIdentity,
} from './password-connector.js';
import type { RedirectChain, RedirectDomains } from './redirect-domains.js';
import { type SignInForm, signInForm } from './sign-in-form.js';
import { userstoreRoute } from './userstore-route.js';

/** Who signs in, and from where. */
export interface TypedSignIn {
  /** A username or verified e-mail address, or `STORE/username`, as typed. */
  readonly identifier: string;
  readonly password: string;
  /** The userstores that the client offers; absent: all. */
  readonly offered?: readonly string[];
  /** The userstore that the form asks, because the request chose it (`idp_hint`). */
  readonly hint?: string;
  /**
   * The person proves that a user is theirs, to link an identity of this connector to that user: the connector is not asked, and
   * nobody is linked or created.
   */
  readonly provesFor?: string;
  /** The request, for the audit records of what the sign-in changes. */
  readonly requestId?: string;
}

/** `redirect`: the pages of another identity provider. `name`: without the prefix that chose it. */
export type NameTarget =
  | { readonly kind: 'userstores' | 'not-offered' }
  | { readonly kind: 'redirect'; readonly connector: string; readonly name: string };

export interface PasswordAuthentication {
  /**
   * Finds the user with this password.
   * @param address the client's network address
   * @param browser the cookie of a known browser, if there is one
   * @throws StoreUnavailable and nothing else
   */
  authenticate(typed: TypedSignIn, address: string, browser?: string): Promise<PasswordCheck>;
  /**
   * Sets a new password in one userstore, which checks the present one: a guess at it counts as one at a sign-in. No other userstore is
   * asked.
   * @param change `next` is not empty. `subject`: the account there, where it is known
   * @throws StoreUnavailable and nothing else
   */
  changePassword(
    typed: Omit<TypedSignIn, 'hint'>,
    change: { readonly userstore: string; readonly next: string; readonly subject?: string },
    address: string,
    browser?: string,
  ): Promise<PasswordChangeCheck>;
  /** Where a typed name leads, by the text, the settings, what the client offers, and the userstore that the form asks. */
  leadsTo(identifier: string, offered?: readonly string[], hint?: string): Promise<NameTarget>;
  /** What the sign-in form asks, by what the client offers and the request hints at. */
  form(offered?: readonly string[], hint?: string): Promise<SignInForm>;
}

/** Outcomes after the right password: they need not take as long as the others. */
const RIGHT: ReadonlySet<JudgedOutcome['kind']> = new Set(['ok', 'partial', 'changed', 'not-changed']);

/** The userstore could not judge. */
const FAULTS: ReadonlySet<JudgedOutcome['kind']> = new Set(['unavailable', 'upstream-error', 'misconfigured']);

/** Seconds after which a full queue is worth another try. */
const QUEUE_PAUSE = 5;

const overloaded = { kind: 'overloaded', retryAfterSeconds: QUEUE_PAUSE } as const;

/** One connector of the chain, with the stored identity of the typed name there. */
interface Candidate {
  readonly connector: PasswordConnector;
  readonly known: NamedUser;
}

type JudgedOutcome = ConnectorOutcome | PasswordChangeOutcome;

interface JudgedPassword<Of extends JudgedOutcome> {
  readonly outcome: Of | { readonly kind: 'unknown' };
  readonly candidate: Candidate | undefined;
  /** A userstore before this one refused the password, and the chain went on. */
  readonly wasRefused?: true;
}

/** Asks one connector about a typed password. */
type AskConnector<Of extends JudgedOutcome> = (
  connector: PasswordConnector,
  typed: TypedPassword,
  known: KnownIdentity,
) => Promise<Of | { readonly kind: 'unknown' }>;

type Refusing = Exclude<ConnectorOutcome, { readonly kind: 'ok' | 'partial' }>;

/** A password that was throttled and judged. */
interface Checked<Of extends JudgedOutcome> extends JudgedPassword<Of> {
  readonly kind: 'checked';
  readonly attempt: Attempted;
  readonly provesFor?: string;
  /** The owner of the name, for the record of a refusal. */
  readonly user?: Stored<User>;
  /** The id of the connector that judged. */
  readonly connector?: string;
}

export function passwordAuthentication(parts: {
  readonly realm: Realm;
  readonly chain: UserstoreChain;
  readonly redirects: RedirectChain;
  readonly admissions: Admissions;
  readonly hasher: Pick<PasswordHasher, 'isOverloaded' | 'matches'>;
  readonly throttle: Throttle;
  readonly browsers: Pick<KnownBrowsers, 'holds'>;
  /** The outcome will be recorded: its keys are read beside the user. */
  readonly personal: Pick<PersonalKeys, 'prepare'>;
}): PasswordAuthentication {
  const { realm, chain, redirects, admissions, hasher, throttle, browsers, personal } = parts;
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

  async function judge<Of extends JudgedOutcome>(
    ask: AskConnector<Of>,
    candidates: readonly Candidate[],
    typed: TypedPassword,
    isKnownBrowser: boolean,
  ): Promise<JudgedPassword<Of>> {
    personal.prepare(undefined);
    let refused: JudgedPassword<Of> | undefined;
    for (const candidate of candidates) {
      const { connector } = candidate;
      let guess: Attempted | undefined;
      const mayGuess = async (account: string): Promise<boolean> => {
        const rule = await connector.lockout?.();
        if (!rule) return true;
        const taken = await throttle.attemptAccount(connector.id, account, { ...rule, isKnownBrowser });
        if (taken.ok) guess = taken;
        return taken.ok;
      };
      const outcome = await ask(connector, typed, { ...candidate.known, mayGuess });
      if (outcome.kind !== 'unknown') {
        await settle(guess, outcome);
        if (connector.afterWrongPassword !== 'next' || !provesNothing(outcome))
          return { outcome, candidate, ...(refused && { wasRefused: true }) };
        refused ??= { outcome, candidate };
      }
    }
    return refused ?? { outcome: { kind: 'unknown' }, candidate: undefined };
  }

  /** A guess counts as wrong unless the password was right, or the userstore could not say. */
  async function settle(guess: Attempted | undefined, { kind }: JudgedOutcome): Promise<void> {
    switch (kind) {
      case 'ok':
      case 'partial':
      case 'disabled':
      case 'expired':
      case 'must-change':
      case 'denied':
      case 'changed':
      case 'not-changed':
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

  /**
   * Makes every refusal take as long as a hash, for unknown users and any userstore, and as long as the slowest recent refusal
   * where userstores beside `primary` are asked.
   *
   * A fault of a userstore takes no such time and sets no measure: the answer itself says that the name led there. An outage ends many
   * sign-ins at once. Their hashes would keep others from the queue, and their time would slow down every refusal.
   */
  async function takeEqualTime(
    { outcome, candidate }: JudgedPassword<JudgedOutcome>,
    password: string,
    begun: number,
    isAlone: boolean,
  ): Promise<void> {
    if (RIGHT.has(outcome.kind) || FAULTS.has(outcome.kind)) return;
    if (candidate?.connector.comparesHashes !== true) await hasher.matches(password, undefined);
    if (!isAlone) await equalTime(performance.now() - begun);
  }

  /** Throttles a typed password, has it judged, and makes refusals take equally long. */
  async function check<Of extends JudgedOutcome>(
    { identifier, password, offered, hint, provesFor }: TypedSignIn,
    address: string,
    browser: string | undefined,
    ask: AskConnector<Of>,
  ): Promise<Checked<Of> | RefusedPassword> {
    // Never hashed. This reveals nothing, because it does not depend on the name.
    if (password === '' || password.length > PASSWORD_LIMIT) return { kind: 'wrong-credentials' };
    // Checked before any store call: in a storm most attempts are refused, and must cost others nothing.
    if (hasher.isOverloaded()) return overloaded;
    const asked = (await chain()).filter(({ id }) => id !== provesFor);
    const others = provesFor === undefined ? await redirects() : enforcing(await redirects(), provesFor);
    const { connectors, name } = userstoreRoute({ chain: asked, redirects: others, offered, hint }, identifier);
    if (connectors.length === 0) return { kind: 'not-offered' };
    // Looked up in parallel with the throttle, so that reading the rules first costs no round trip.
    const candidates = knownIdentities(realm, connectors, name ?? '', (userId) => personal.prepare(userId));
    // Text that cannot be a name (it contains a space or is too long) is counted as typed.
    const fromBrowser = await attemptFromBrowser(browser, candidates);
    const attempt = fromBrowser ?? (await throttle.attempt(name ?? ` ${identifier}`, address));
    if (!attempt.ok) return { kind: 'throttled', retryAfterSeconds: secondsUntil(attempt.until) };
    const begun = performance.now();
    let judged: JudgedPassword<Of>;
    try {
      judged = await judge(ask, candidates, { name: name ?? NOBODY, password }, fromBrowser !== undefined);
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
    const { candidate, outcome } = judged;
    const isRefused = outcome.kind === 'not-changed' || !(RIGHT.has(outcome.kind) || FAULTS.has(outcome.kind));
    const user = isRefused ? await candidate?.known.user() : undefined;
    return {
      kind: 'checked',
      ...judged,
      attempt,
      ...(provesFor !== undefined && { provesFor }),
      ...(user && { user }),
      ...(candidate && { connector: candidate.connector.id }),
    };
  }

  /** Lets the user of a confirmed identity in, unless a rule of ours refuses, or asks the person first. */
  async function welcome(
    { attempt, candidate, provesFor }: Checked<JudgedOutcome>,
    identity: UpstreamIdentity,
    request: { readonly requestId: string; readonly address: string },
  ): Promise<Welcome> {
    if (!candidate) return { kind: 'account-refused', fault: 'not-allowed' };
    const { connector, known } = candidate;
    const confirmed = { connector: connector.id, identity, known, ...(provesFor !== undefined && { provesFor }) };
    const admission = await admissions.admit(confirmed, request);
    if (admission.kind !== 'account-refused') await attempt.succeeded();
    return admission;
  }

  async function refusal(
    { attempt, candidate, user: known, connector: id, wasRefused }: Checked<JudgedOutcome>,
    outcome: Refusing,
  ): Promise<RefusedPassword> {
    const user = known && { user: known };
    const connector = id !== undefined && { connector: id };
    switch (outcome.kind) {
      case 'unknown':
      case 'wrong-credentials':
        return { kind: 'wrong-credentials', ...user, ...connector };
      case 'locked':
      case 'not-allowed':
      case 'held-back':
        return { kind: 'wrong-credentials', fault: outcome.kind, ...user, ...connector };
      case 'disabled':
      case 'expired':
      case 'denied':
        return { kind: 'account-refused', fault: outcome.kind, ...user, ...connector };
      case 'must-change': {
        const refused = { kind: 'account-refused', fault: 'must-change', ...user, ...connector } as const;
        if (candidate?.connector.changePassword === undefined) return refused;
        // The password was right, and the page for the new one asks for it again: that is no failure.
        await attempt.withdrawn();
        return { ...refused, changeableAt: candidate.connector.id };
      }
      case 'unavailable':
      case 'upstream-error':
      case 'misconfigured':
        // A password that another userstore found wrong was a guess there.
        if (wasRefused !== true) await attempt.withdrawn();
        return { kind: 'userstore-failed', userstore: id ?? '', fault: outcome.kind, reason: outcome.reason };
    }
  }

  return {
    async leadsTo(identifier, offered, hint) {
      const settings = { chain: await chain(), redirects: await redirects(), offered, hint };
      const { connectors, redirect, name } = userstoreRoute(settings, identifier);
      if (redirect !== undefined) return { kind: 'redirect', connector: redirect, name: name ?? '' };
      return { kind: connectors.length > 0 ? 'userstores' : 'not-offered' };
    },

    form: async (offered, hint) => signInForm({ chain: await chain(), redirects: await redirects(), offered, hint }),

    async authenticate(typed, address, browser) {
      const checked = await check<ConnectorOutcome>(typed, address, browser, (connector, ...asked) =>
        connector.authenticate(...asked),
      );
      if (checked.kind !== 'checked') return checked;
      const { outcome } = checked;
      return outcome.kind === 'ok' || outcome.kind === 'partial'
        ? welcome(checked, outcome.identity, { requestId: typed.requestId ?? 'sign-in', address })
        : refusal(checked, outcome);
    },

    async changePassword(typed, { userstore, next, subject }, address, browser) {
      if (next.length > PASSWORD_LIMIT) return { kind: 'not-changed', fault: 'too-long', reason: 'beyond-limit' };
      const checked = await check<PasswordChangeOutcome>(
        { ...typed, hint: userstore },
        address,
        browser,
        async (connector, { name, password }, known) =>
          (connector.id === userstore
            ? await connector.changePassword?.(
                { name, password, next, ...(subject !== undefined && { subject }) },
                known,
              )
            : undefined) ?? {
            kind: 'unknown',
          },
      );
      if (checked.kind !== 'checked') return checked;
      const { outcome, attempt, connector = '' } = checked;
      if (outcome.kind === 'not-changed') {
        // The present password was right.
        await attempt.withdrawn();
        return { ...outcome, connector, ...(checked.user && { user: checked.user }) };
      }
      if (outcome.kind !== 'changed') return refusal(checked, outcome);
      const { signIn } = outcome;
      if (signIn.kind !== 'ok' && signIn.kind !== 'partial') {
        await attempt.withdrawn();
        return { kind: 'changed', connector };
      }
      const by = { requestId: typed.requestId ?? 'sign-in', address };
      return { kind: 'changed', connector, signIn: await welcome(checked, signIn.identity, by) };
    },
  };
}

/** Where a password is asked for to link an identity, nobody goes elsewhere: only the domains count that no password may be for. */
const enforcing = (redirects: readonly RedirectDomains[], provesFor: string): readonly RedirectDomains[] =>
  redirects
    .filter(({ id }) => id !== provesFor)
    .map((redirect) => ({ ...redirect, domains: redirect.enforces.map(({ name }) => name) }));

/** Whether a refusal says nothing about the password, or that it is wrong. */
const provesNothing = ({ kind }: JudgedOutcome): boolean =>
  kind === 'wrong-credentials' || kind === 'locked' || kind === 'not-allowed' || kind === 'held-back';

const secondsUntil = (at: Instant): number => Math.max(1, Math.ceil((at - now()) / 1000));
