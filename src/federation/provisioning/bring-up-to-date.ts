import { replaceAssignments } from '../../access/model/assign.js';
import { hours, now, seconds } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { Saved } from '../../changes/change-result.js';
import type { IdentityLink, UpstreamSubject } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import { linkStanding } from '../../identity/links/link-suspension.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { Stored } from '../../storage/spec.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { MappedUser } from '../mapping/map-identity.js';
import type { MirrorGroups } from './mirror-groups.js';
import { needsOtherName } from './needs-other-name.js';
import { changesGroups, type MirrorPlan } from './plan-mirrors.js';
import type { RuledConnector, SignInPlanner } from './plan-sign-in.js';

/** For the log of the operator: why an identity was refused, or what of it was left out. */
export type ReportConnector = (connector: string, event: ConnectorEvent) => void;

/**
 * Gives a user what a connector reports today, and ends what it set while it did not have the person. What can't be taken over is
 * reported, and stops nothing.
 *
 * @param account the account there, as the link has it
 */
export type BringUpToDate = (
  by: Actor,
  connector: RuledConnector,
  user: Stored<User>,
  account: UpstreamSubject & Pick<IdentityLink, 'suspendedAs'>,
  mapped: MappedUser,
) => Promise<Stored<User>>;

/** A confirmation is written again only after this time, or half of the time that access lasts. */
const CONFIRMED_FOR = hours(1);

const MOST_TRIES = 5;
/** Fewer, so that tries are left for the user. */
const MOST_MIRRORINGS = 2;

export function bringingUpToDate(parts: {
  readonly users: Pick<Users, 'get' | 'update' | 'confirm' | 'replaceAssignments'>;
  readonly links: Pick<IdentityLinks, 'resume'>;
  readonly planner: Pick<SignInPlanner, 'fields' | 'access'>;
  readonly mirror: MirrorGroups;
  readonly report: ReportConnector;
}): BringUpToDate {
  const { users, links, planner, mirror, report } = parts;

  return async (by, connector, before, account, mapped) => {
    const named = await withFields(by, connector, before, mapped);
    const { user: given, isWhole } = await withAssignments(by, connector, named, mapped);
    const isBack = linkStanding(given, account) !== 'active';
    const user = isBack ? taken(connector, given, await links.resume(by, account)) : given;
    // What could not be brought up to date must not last longer.
    return isWhole ? confirmed(connector, user) : user;
  };

  async function withFields(by: Actor, connector: RuledConnector, user: Stored<User>, mapped: MappedUser) {
    const { patch, nameFault } = await planner.fields(connector, user, mapped);
    // The name changed upstream to one that is somebody else's here: the old one stays.
    if (nameFault) report(connector.id, { reason: 'username-taken' });
    if (!patch) return user;
    const saved = await users.update(by, user.id, patch);
    if (saved.ok || !needsOtherName(saved)) return taken(connector, user, saved);
    // Somebody else got the name since the plan was made.
    const { username: _, ...rest } = patch;
    report(connector.id, { reason: 'username-taken' });
    return Object.keys(rest).length === 0 ? user : taken(connector, user, await users.update(by, user.id, rest));
  }

  /** `isWhole`: all that the connector gives the user is as it reports today. */
  async function withAssignments(
    by: Actor,
    connector: RuledConnector,
    before: Stored<User>,
    mapped: MappedUser,
  ): Promise<{ readonly user: Stored<User>; readonly isWhole: boolean }> {
    let user = before;
    let mirrorings = MOST_MIRRORINGS;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const plan = await planner.access(by, connector, user, mapped);
      // Not told confirms nothing.
      if (!plan) return { user, isWhole: false };
      const { id } = connector;
      if (mirrorings > 0 && changesGroups(plan.mirrors)) {
        mirrorings = (await mirror(by, id, plan.mirrors)) === 'done' ? 0 : mirrorings - 1;
        continue;
      }
      reportLeftOut(id, plan.mirrors);
      for (const target of plan.unknown) report(id, { reason: 'mapped-target-unknown', details: { target } });
      if (plan.conflict) report(id, { reason: 'assignments-refused', details: { code: plan.conflict.code } });
      const saved = await replaceAssignments(by, users, user, plan.assignments);
      if (saved.ok) return { user: saved.value, isWhole: true };
      if (saved.refusal.code !== 'changed') {
        // What was taken away upstream still ends.
        report(id, { reason: 'assignments-refused', details: { code: saved.refusal.problems[0]?.code ?? '' } });
        const less = await replaceAssignments(by, users, user, plan.reduced);
        return { user: taken(connector, user, less), isWhole: less.ok };
      }
      user = (await users.get(user.id)) ?? user;
    }
    return { user, isWhole: false };
  }

  function reportLeftOut(id: string, { creations, leftOut }: MirrorPlan): void {
    const [tooMany, nameTaken] = [creations.length + leftOut.tooMany, leftOut.nameTaken];
    if (tooMany + nameTaken > 0) report(id, { reason: 'groups-not-mirrored', details: { tooMany, nameTaken } });
  }

  async function confirmed({ id, accessLasts }: RuledConnector, user: Stored<User>): Promise<Stored<User>> {
    const lasts = Math.min(CONFIRMED_FOR, seconds(accessLasts) / 2);
    let current: Stored<User> | undefined = user;
    for (let tries = 0; current && tries < MOST_TRIES; tries++) {
      const last = current.confirmations?.find(({ connector }) => connector === id);
      if (last && now() - last.at < lasts) return current;
      const written = await users.confirm(current, id);
      if (written) return written;
      current = await users.get(user.id);
    }
    return user;
  }

  /** The changed user, or the one before if the change was refused. */
  function taken({ id }: RuledConnector, before: Stored<User>, saved: Saved<Stored<User>>): Stored<User> {
    if (saved.ok) return saved.value;
    report(id, { reason: 'update-refused', details: { code: saved.refusal.problems[0]?.code ?? saved.refusal.code } });
    return before;
  }
}
