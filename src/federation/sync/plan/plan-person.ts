import type { Snapshot } from '../../../access/evaluation/snapshot.js';
import type { Problem } from '../../../base/problems/problem.js';
import type { Actor } from '../../../changes/actor.js';
import { foldEmail, foldIdentifier } from '../../../identity/identifiers/normalize-identifier.js';
import type { UserIdentifiers } from '../../../identity/identifiers/user-identifiers.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { User } from '../../../identity/users/user.js';
import type { Stored } from '../../../storage/spec.js';
import type { ReadUser } from '../../contract/upstream-reader.js';
import { type MappedUser, mapIdentity } from '../../mapping/map-identity.js';
import { type AccessPlan, planAccess } from '../../provisioning/plan-access.js';
import { MOST_MIRRORED } from '../../provisioning/plan-mirrors.js';
import { brokenRule } from '../../provisioning/sign-in-rules.js';
import type { RuledConnector, SignInPlanner } from '../../provisioning/plan-sign-in.js';
import type { Leaving, LinkStanding } from '../leaving.js';
import type { StandingChange } from '../sync-diff.js';
import type { PlannedPerson, PlannedUser, WantedName } from './planned-person.js';

export interface PersonPlannerParts {
  readonly planner: Pick<SignInPlanner, 'fields' | 'unlinked'>;
  readonly identifiers: Pick<UserIdentifiers, 'holderOf'>;
  readonly leaving: Pick<Leaving, 'standingOf'>;
}

/** One person as read, with what is stored of them. */
export interface PersonToPlan {
  readonly by: Actor;
  readonly connector: RuledConnector;
  readonly snapshot: Snapshot;
  readonly base: string;
  readonly read: ReadUser;
  readonly link: Stored<IdentityLink> | undefined;
  readonly user: Stored<User> | undefined;
  /** The groups of the upstream that may be mirrored, so that a run creates no more than a realm holds. */
  readonly mayMirror: (upstreamId: string) => boolean;
}

/**
 * Plans what a run does with one person, with the planners of sign-ins. Undefined: the person is left to their first sign-in, or has no
 * account and needs none.
 */
export async function planPerson(parts: PersonPlannerParts, person: PersonToPlan): Promise<PlannedPerson | undefined> {
  const { connector, base, read, link, user } = person;
  const mapped = withMirrors(mapIdentity(connector.mapping, read.identity), person.mayMirror);
  const as = { base, read, mapped };
  if (link && !user) return { ...as, kind: 'refused', reason: 'user-missing', userId: link.userId, wants: [] };
  if (link && user) return planLinked(parts, person, as, link, user);
  // Nobody who may not sign in gets an account.
  const { claims } = read.identity;
  if (!isActive(read) || brokenRule(connector, { mapped, claims, age: 'not-judged' })) return undefined;
  const plan = await parts.planner.unlinked(person.by, connector, mapped);
  switch (plan.kind) {
    case 'creates': {
      const { made } = plan;
      const wants = await wantsOfNew(parts, connector, mapped, made);
      return { ...as, kind: 'new', made, access: accessOf(person, [], mapped), wants };
    }
    case 'joins': {
      const planned = await planFields(parts, person, mapped, plan.user, false);
      return { ...as, kind: 'joined', ...planned };
    }
    case 'refused':
      if (plan.reason !== 'subject-form') return undefined;
      return { ...as, kind: 'refused', reason: plan.reason, wants: [] };
    case 'asks-account':
    case 'asks-fields':
      return undefined;
  }
}

async function planLinked(
  parts: PersonPlannerParts,
  person: PersonToPlan,
  as: Pick<PlannedPerson, 'base' | 'read' | 'mapped'>,
  link: Stored<IdentityLink>,
  user: Stored<User>,
): Promise<PlannedPerson> {
  const { connector, read } = person;
  const held = parts.leaving.standingOf({ connector: connector.id, user, link });
  const standing = standingChange(held, read.standing);
  // An attribute that is absent of an entry that did not change was hidden from us, and is not gone.
  const hasMoved =
    link.changeMark !== undefined && read.changeMark !== undefined && link.changeMark !== read.changeMark;
  const planned = await planFields(parts, person, as.mapped, user, hasMoved);
  // Elsewhere at home, a suspended link gives no access.
  const isSuspended = user.userstore !== connector.id && !isActive(read);
  const { access: _, ...without } = planned;
  const given = isSuspended ? { ...without, access: undefined } : planned;
  return { ...as, kind: 'linked', link, ...given, ...(standing !== undefined && { standing }) };
}

async function planFields(
  parts: PersonPlannerParts,
  person: PersonToPlan,
  mapped: MappedUser,
  user: Stored<User>,
  isWhole: boolean,
): Promise<PlannedUser & Pick<PlannedPerson, 'wants'>> {
  const { wished, nameFault, addressOf } = await parts.planner.fields(person.connector, user, mapped, { isWhole });
  const access = accessOf(person, user.assignments, mapped);
  const wants: WantedName[] = [];
  if (wished?.username !== undefined) {
    wants.push(await nameWanted(parts, user.userstore, wished.username, nameFault));
  }
  const { email, emailVerified } = wished ?? {};
  if (typeof email === 'string' && emailVerified === true) wants.push(addressWanted(email, addressOf));
  return { user, wished, access, wants };
}

async function wantsOfNew(
  parts: PersonPlannerParts,
  connector: RuledConnector,
  { username, email, emailVerified }: MappedUser,
  { nameFault, addressOf }: Extract<PlannedPerson, { readonly kind: 'new' }>['made'],
): Promise<readonly WantedName[]> {
  return [
    ...(username === undefined ? [] : [await nameWanted(parts, connector.id, username, nameFault)]),
    ...(email !== undefined && emailVerified ? [addressWanted(email, addressOf)] : []),
  ];
}

async function nameWanted(
  { identifiers }: PersonPlannerParts,
  store: string,
  username: string,
  fault: Problem | undefined,
): Promise<WantedName> {
  const folded = foldIdentifier(username);
  const value = folded.ok ? folded.value : username;
  if (!fault) return { of: 'username', value, holder: 'nobody' };
  const holder = fault.code === 'identifier-taken' ? await identifiers.holderOf(store, username) : undefined;
  return { of: 'username', value, holder: holder ? { userId: holder.id } : 'unavailable' };
}

function addressWanted(email: string, addressOf: readonly string[]): WantedName {
  const folded = foldEmail(email);
  const value = folded.ok ? folded.value : email;
  const [first, ...more] = addressOf;
  if (first === undefined) return { of: 'email', value, holder: 'nobody' };
  return { of: 'email', value, holder: more.length > 0 ? 'unavailable' : { userId: first } };
}

const accessOf = (
  { by, connector, snapshot }: PersonToPlan,
  held: User['assignments'],
  { groups }: MappedUser,
): AccessPlan | undefined => planAccess(by, connector, held, groups, snapshot, MOST_MIRRORED);

function withMirrors(mapped: MappedUser, mayMirror: (upstreamId: string) => boolean): MappedUser {
  const { groups } = mapped;
  if (groups === 'not-told') return mapped;
  return { ...mapped, groups: groups.filter((target) => target.kind !== 'mirror' || mayMirror(target.id)) };
}

/** Anybody can lock an account by guessing, so locked ends nothing. */
const isActive = ({ standing }: ReadUser): boolean => standing === 'active' || standing === 'locked';

/** What becomes of somebody who stands so by our data. A locked account does not say whether it is disabled too. Pure. */
function standingChange(held: LinkStanding, read: ReadUser['standing']): StandingChange | undefined {
  switch (read) {
    case 'active':
      return held === 'active' ? undefined : held === 'gone' ? 'returned' : 'enabled';
    case 'locked':
      return held === 'gone' ? 'returned' : undefined;
    case 'disabled':
    case 'expired':
      return held === read ? undefined : read;
  }
}
