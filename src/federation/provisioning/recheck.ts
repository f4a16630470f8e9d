import { type Instant, now, seconds } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { IdentityLink } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { LinkRefreshTokens } from '../../identity/links/refresh-tokens.js';
import type { User } from '../../identity/users/user.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { Stored } from '../../storage/spec.js';
import type { Connector } from '../connectors/connector.js';
import type { LookupOutcome, UpstreamConnector } from '../contract/connector-kind.js';
import type { RedirectConnector } from '../contract/redirect-connector.js';
import { mapIdentity } from '../mapping/map-identity.js';
import type { BringUpToDate, ReportConnector } from './bring-up-to-date.js';
import type { RuledConnector } from './plan-sign-in.js';
import { brokenRule, ruleDetails } from './sign-in-rules.js';

/**
 * Asks the userstore of a user again whether the user still exists there, if the last confirmation is older than the connector
 * allows. `ended`: disabled or expired there, and everything of the user has ended here. `unknown`: not found; nothing is ended,
 * since a look-up may see less than a synchronization. `not-allowed`: a rule of the connector admits the user no more. `unavailable`: the
 * last confirmation is too old to go on without an answer. `signed-out`: the person signed out there, and has not been confirmed since.
 *
 * @param signedInBy the connector of the sign-in. Where it is not the user's userstore, `ended` also says that no link to it signs in now.
 */
export type Recheck = (by: Actor, user: Stored<User>, signIn?: RecheckedSignIn) => Promise<Rechecked>;

/** The sign-in behind a token. */
export interface RecheckedSignIn {
  /** Where it is not the user's userstore, `ended` also says that no link to it signs in now. Absent: it is not known. */
  readonly connector?: string | undefined;
  /** A confirmation counts only if it is later, since the person signed out there then. Absent: each counts. */
  readonly confirmedAfter?: Instant | undefined;
}

export type Rechecked =
  | { readonly kind: 'alive'; readonly user: Stored<User> }
  | { readonly kind: 'ended' | 'unknown' | 'not-allowed' | 'unavailable' | 'signed-out' };

export type RecheckedConnector = RuledConnector & Pick<Connector, 'accessLasts' | 'recheckAfter' | 'lastFullRunAt'>;

type RefreshingConnector = Pick<RedirectConnector, 'signsInBy' | 'refresh'>;

export function recheck(parts: {
  readonly connectors: { get(id: string): Promise<RecheckedConnector | undefined> };
  readonly opened: (
    id: string,
  ) => Promise<Pick<UpstreamConnector, 'signsInBy' | 'lookup'> | RefreshingConnector | undefined>;
  readonly links: Pick<IdentityLinks, 'of' | 'suspend'>;
  readonly refreshTokens: Pick<LinkRefreshTokens, 'take' | 'keep' | 'ended'>;
  readonly bringUpToDate: BringUpToDate;
  readonly report: ReportConnector;
}): Recheck {
  const { connectors, opened, links, refreshTokens, bringUpToDate, report } = parts;
  /** One look-up at a time for each user: a browser refreshes the tokens of many tabs at once. */
  const asking = new Map<string, Promise<Rechecked>>();

  return async (by, user, { connector: signedInBy, confirmedAfter } = {}) => {
    if (signedInBy !== undefined && (await isCutOff(user, signedInBy))) return { kind: 'ended' };
    const connector = await connectors.get(user.userstore);
    if (confirmedAfter !== undefined && confirmedAt(user, signedInBy ?? user.userstore) <= confirmedAfter) {
      // Without a refresh token of the upstream, only a sign-in here shows that the person is signed in there again.
      const asked =
        connector?.enabled === true &&
        (signedInBy ?? connector.id) === connector.id &&
        (await ask(by, connector, user, 0));
      return asked && asked.kind !== 'unknown' ? asked : { kind: 'signed-out' };
    }
    // `primary`, or a userstore whose connector was removed: nothing to ask. Sign-ins there end by other means.
    if (!connector) return { kind: 'alive', user };
    const { recheckAfter, lastFullRunAt = 0 } = connector;
    const last = Math.max(confirmedAt(user, connector.id), lastFullRunAt);
    if (now() - last < seconds(recheckAfter)) return { kind: 'alive', user };
    const key = `${user.id} ${user.version}`;
    const running = asking.get(key);
    if (running) return running;
    const asked = ask(by, connector, user, last).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };

  /** By a sign-in through a connector that has no account of the user any more. */
  async function isCutOff({ id, userstore }: User, signedInBy: string): Promise<boolean> {
    if (signedInBy === userstore || !(await connectors.get(signedInBy))) return false;
    const accounts = (await links.of(id)).filter(({ connector }) => connector === signedInBy);
    return accounts.every(({ suspendedAs }) => suspendedAs !== undefined);
  }

  async function ask(by: Actor, connector: RecheckedConnector, user: Stored<User>, last: number): Promise<Rechecked> {
    const { id, accessLasts } = connector;
    const goesOn = (): Rechecked =>
      now() - last < seconds(accessLasts) ? { kind: 'alive', user } : { kind: 'unavailable' };
    // A disabled connector is not asked; its people go on until their last confirmation is too old.
    const at = connector.enabled ? await opened(id) : undefined;
    const accounts = (await links.of(user.id)).filter(({ connector: of }) => of === id);
    const link = accounts.find(({ suspendedAs }) => suspendedAs === undefined) ?? accounts[0];
    if (at?.signsInBy === 'redirect') return refreshed(by, connector, user, last, { at, link });
    if (!at || !link) return goesOn();
    const found: LookupOutcome = await at.lookup(link.subject);
    switch (found.kind) {
      case 'found':
        return confirmed(by, connector, user, link, found.identity);
      case 'disabled':
      case 'expired': {
        const saved = await links.suspend(by, link, found.kind);
        // The next refresh asks again, and this one gets nothing.
        if (!saved.ok) report(id, { reason: 'block-refused', details: { code: saved.refusal.code } });
        return { kind: 'ended' };
      }
      case 'unknown':
        return { kind: 'unknown' };
      case 'locked':
        // Anybody can lock an account by guessing, so this ends nothing by itself.
        return goesOn();
      case 'unavailable':
      case 'upstream-error':
      case 'misconfigured':
        return goesOn();
    }
  }

  /** As the upstream reports the user now. */
  async function confirmed(
    by: Actor,
    connector: RecheckedConnector,
    user: Stored<User>,
    link: IdentityLink,
    identity: UpstreamIdentity,
  ): Promise<Rechecked> {
    const mapped = mapIdentity(connector.mapping, identity);
    const broken = brokenRule(connector, { mapped, claims: identity.claims, age: 'not-judged' });
    if (!broken) return { kind: 'alive', user: await bringUpToDate(by, connector, user, link, mapped) };
    report(connector.id, ruleDetails(broken));
    return { kind: 'not-allowed' };
  }

  /** By the refresh token of the upstream. Without one, only a sign-in confirms somebody there. */
  async function refreshed(
    by: Actor,
    connector: RecheckedConnector,
    user: Stored<User>,
    last: number,
    { at, link }: { readonly at: RefreshingConnector; readonly link: Stored<IdentityLink> | undefined },
  ): Promise<Rechecked> {
    const { id, accessLasts } = connector;
    const goesOn = (otherwise: 'unknown' | 'unavailable'): Rechecked =>
      now() - last < seconds(accessLasts) ? { kind: 'alive', user } : { kind: otherwise };
    // Whoever asks once more gets no other answer.
    if (link?.refreshEndedAt !== undefined) return { kind: 'unknown' };
    if (link?.refreshToken === undefined) return goesOn('unknown');
    if (!at.refresh) {
      // The connector keeps none any more.
      await refreshTokens.keep(link, undefined);
      return goesOn('unknown');
    }
    const token = await refreshTokens.take(link);
    // Another process asks at this moment.
    if (token === undefined) return goesOn('unavailable');
    const answer = await at.refresh(link.subject, token);
    switch (answer.kind) {
      case 'found':
        await refreshTokens.keep(link, answer.identity.refreshToken);
        return confirmed(by, connector, user, link, answer.identity);
      case 'ended':
        await refreshTokens.ended(link);
        report(id, { reason: 'refresh-token-ended' });
        return { kind: 'unknown' };
      case 'unavailable':
      case 'upstream-error':
      case 'misconfigured':
        await refreshTokens.keep(link, answer.refreshToken ?? token);
        return goesOn('unavailable');
    }
  }
}

const confirmedAt = ({ confirmations }: Pick<User, 'confirmations'>, connector: string): Instant =>
  confirmations?.find((one) => one.connector === connector)?.at ?? 0;
