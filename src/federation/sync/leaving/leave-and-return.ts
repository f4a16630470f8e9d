import { pages } from '../../../base/paging.js';
import type { Actor } from '../../../changes/actor.js';
import type { IdentityLinks } from '../../../identity/links/identity-links.js';
import { linkStanding } from '../../../identity/links/link-suspension.js';
import type { User } from '../../../identity/users/user.js';
import { factorOf } from '../../../sessions/proof.js';
import type { Session } from '../../../sessions/session.js';
import type { SessionService } from '../../../sessions/session-service.js';
import type { Stored } from '../../../storage/spec.js';
import type { LinkedPerson, Leaving } from '../leaving.js';

/** How many sessions are read at once. */
const PAGE = 100;

/** Carries out what a synchronization found of people who leave and return. See {@link Leaving}. */
export function leaveAndReturn({
  links,
  sessions,
}: {
  readonly links: Pick<IdentityLinks, 'of' | 'suspend' | 'resume'>;
  readonly sessions: Pick<SessionService, 'list' | 'end'>;
}): Leaving {
  const leave = async (by: Actor, { link, connector }: LinkedPerson, as: 'gone' | 'disabled' | 'expired') => {
    const saved = await links.suspend(by, link, as);
    if (saved.ok) await endSessions(by, saved.value, connector);
    return saved;
  };
  const back = (by: Actor, { link }: LinkedPerson) => links.resume(by, link);

  /** Those that this connector began, of a user who lives elsewhere. A block at home has ended all of them. */
  async function endSessions(by: Actor, user: Stored<User>, connector: string): Promise<void> {
    if (user.userstore === connector) return;
    const others = (await links.of(user.id)).filter((link) => link.connector === connector);
    if (others.some(({ suspendedAs }) => suspendedAs === undefined)) return;
    for await (const page of pages((request) => sessions.list(user, request), { limit: PAGE })) {
      for (const session of page) if (beganBy(session, connector)) await sessions.end(by, session.id);
    }
  }

  return {
    standingOf: ({ user, link }) => linkStanding(user, link),
    gone: (by, person) => leave(by, person, 'gone'),
    disabled: leave,
    returned: back,
    enabled: back,
  };
}

/** Whether the first proof of a session came from this connector. */
const beganBy = ({ proofs }: Session, connector: string): boolean =>
  proofs.find((proof) => factorOf(proof) === 'first')?.connector === connector;
