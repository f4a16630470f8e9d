import { days, hours, type Instant, now } from '../../../base/clock.js';
import { newId } from '../../../base/crypto/ids.js';
import type { Cursor } from '../../../base/paging.js';
import type { Actor } from '../../../changes/actor.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../../identity/links/identity-links.js';
import type { User } from '../../../identity/users/user.js';
import type { Users } from '../../../identity/users/users.js';
import type { Job } from '../../../jobs/job.js';
import type { Connector } from '../../connectors/connector.js';
import type { ConnectorEvent, UpstreamConnector } from '../../contract/connector-kind.js';

type LeaversConnector = Pick<Connector, 'id' | 'enabled' | 'leavers'>;

/** Ends what is left of people who stay away for longer than their connector allows. */
export interface Leavers {
  /** One bounded run over each connector whose setting is `remove`. */
  removeDue(signal: AbortSignal): Promise<void>;
}

/** How many people of a connector one run asks the upstream about. The next run continues after them. */
const MOST_ASKED = 500;

/**
 * Removes users, or the links of those who live elsewhere. The upstream is asked about each first, so a synchronization that no longer
 * runs removes nobody who has returned. Each removal expects the user as read: whoever returns meanwhile stays.
 */
export function leavers(parts: {
  readonly connectors: { all(): Promise<ReadonlyMap<string, LeaversConnector>> };
  readonly opened: (id: string) => Promise<Pick<UpstreamConnector, 'lookup'> | undefined>;
  readonly links: Pick<IdentityLinks, 'suspended' | 'remove'>;
  readonly users: Pick<Users, 'get' | 'remove'>;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): Leavers {
  const { connectors, opened, links, users, report } = parts;
  /** Where the last run of a connector stopped: people who cannot be removed must not keep others from it. */
  const places = new Map<string, Cursor>();

  async function removeOf({ id, enabled, leavers: setting }: LeaversConnector, signal: AbortSignal): Promise<void> {
    // A disabled connector is not asked.
    const at = enabled && setting?.then === 'remove' ? await opened(id) : undefined;
    if (!at || !setting) return;
    const until = now() - days(setting.after);
    const after = places.get(id);
    const page = await links.suspended(id, 'gone', until, { limit: MOST_ASKED, ...(after !== undefined && { after }) });
    for (const link of page.rows) {
      if (signal.aborted) return;
      if ((await removeOne(at, link, until)) === 'not-answered') return;
    }
    if (page.next === undefined) places.delete(id);
    else places.set(id, page.next);
  }

  async function removeOne(
    at: Pick<UpstreamConnector, 'lookup'>,
    { id, connector, userId, subject }: IdentityLink,
    until: Instant,
  ): Promise<'done' | 'not-answered'> {
    const user = await users.get(userId);
    if (!user) return 'done';
    const { kind } = await at.lookup(subject);
    if (kind === 'unavailable' || kind === 'upstream-error' || kind === 'misconfigured') return 'not-answered';
    // Whoever is there again waits for the next synchronization, or for a sign-in.
    if (kind !== 'unknown') return 'done';
    const by: Actor = { kind: 'system', id: `connector:${connector}`, requestId: newId(), reason: 'leavers' };
    const removesUser = isInQuarantine(user, connector, until);
    const removed = removesUser
      ? await users.remove(by, userId, user.version)
      : await links.remove(by, userId, id, user.version);
    // A link that is the last way in stays, and so does whoever changed meanwhile.
    if (!removed.ok && removesUser && removed.refusal.code !== 'changed') {
      report(connector, { reason: 'leaver-not-removed', details: { code: removed.refusal.problems[0]?.code ?? '' } });
    }
    return 'done';
  }

  return {
    async removeDue(signal) {
      for (const connector of (await connectors.all()).values()) {
        if (signal.aborted) return;
        await removeOf(connector, signal);
      }
    },
  };
}

/** Where the user lives, and for so long. An administrator may have lifted it. */
const isInQuarantine = ({ userstore, blocks }: User, connector: string, until: Instant): boolean =>
  userstore === connector && blocks.some(({ by, since }) => by === `quarantine:${connector}` && since <= until);

/** Nothing waits for it: a late run only keeps people longer. */
export const leaversJob = (services: { readonly leavers: Leavers }): Job => ({
  name: 'leavers',
  every: hours(1),
  run: (_held, signal) => services.leavers.removeDue(signal),
});
