import type { Snapshots } from '../../access/evaluation/snapshot.js';
import { decidedByRules } from '../../access/administration/segment-profile-fields.js';
import { isBlocked } from '../../base/block.js';
import { now } from '../../base/clock.js';
import type { Problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import { foldEmail, foldIdentifier } from '../../identity/identifiers/normalize-identifier.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import { type IdentityLink, type UpstreamSubject, USUAL_ID } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { NewUser } from '../../identity/users/new-user.js';
import type { UserPatch } from '../../identity/users/user-input.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { IdentityAnswer, SignInRule } from '../../identity/userstores/admit-identity.js';
import { type Enforcers, enforcersBut, isEnforcedElsewhere } from '../../identity/userstores/enforced-elsewhere.js';
import type { Stored } from '../../storage/spec.js';
import type { Connector } from '../connectors/connector.js';
import type { MappedUser } from '../mapping/map-identity.js';
import type { AddressHolders } from './address-holders.js';
import { type CompletedUser, completedUser } from './complete-user.js';
import { type AccessPlan, planAccess } from './plan-access.js';
import { randomName } from './random-name.js';
import { type ToldFields, updatedFields } from './updated-fields.js';

export type RuledConnector = Pick<
  Connector,
  'id' | 'enabled' | 'domains' | 'mapping' | 'provisioning' | 'linking' | 'rules' | 'accessLasts'
>;

/** Whom an identity signs in. */
export type SignInPlan =
  | { readonly kind: 'linked'; readonly user: Stored<User>; readonly link: Stored<IdentityLink> }
  /** An existing user gets a link to this subject. */
  | { readonly kind: 'joins'; readonly user: Stored<User>; readonly because: JoinReason }
  | { readonly kind: 'creates'; readonly made: NewUserPlan }
  /** Whether the person has an account. */
  | { readonly kind: 'asks-account'; readonly mayCreate: boolean }
  /** For the fields that the mapping leaves empty. `made`: what is known of the new user. */
  | ({ readonly kind: 'asks-fields'; readonly made: NewUserPlan } & Pick<CompletedUser, 'missing' | 'wrong'>)
  /** `user`: whom it would sign in, if a suspended link or an enforced domain refuses it. */
  | { readonly kind: 'refused'; readonly reason: PlanRefusal; readonly user?: Stored<User> };

/** Of a subject without a link. */
export type UnlinkedPlan = Exclude<SignInPlan, { readonly kind: 'linked' }>;

/** `proved`: the person has proved that the account is theirs. */
type JoinReason = 'made-before' | 'verified-email' | 'proved';

/**
 * `cannot-be-joined`: the user is disabled, or linked to another subject of the connector. `domain-enforced`: another connector is the only
 * way in for the user, or for the new one. `required-decides`: a person would be asked for a field by which they would decide about their
 * own access. `link-suspended`: a synchronization found the account gone, and the user lives elsewhere. A `SignInRule`: the sign-in ends
 * before it is planned.
 */
export type PlanRefusal =
  | 'subject-form'
  | 'not-provisioned'
  | 'cannot-be-joined'
  | 'domain-enforced'
  | 'required-decides'
  | 'link-suspended'
  | SignInRule;

export interface NewUserPlan {
  readonly username: string;
  /** Why the user does not have the mapped name. */
  readonly nameFault?: Problem;
  /** A name that nobody has. */
  readonly otherName: string;
  readonly fields: Omit<NewUser, 'username' | 'assignments' | 'link' | 'confirmations'>;
  /** Undefined: groups were not reported. */
  readonly access: AccessPlan | undefined;
  /** The users whom the mapped address, verified upstream, signs in already. */
  readonly addressOf: readonly string[];
}

export interface FieldPlan {
  /** Undefined: nothing changes. */
  readonly patch: UserPatch | undefined;
  /** Why the user does not get the mapped name. */
  readonly nameFault?: Problem;
  /** The changes before other people's names and addresses are looked at. */
  readonly wished: UserPatch | undefined;
  /** The other users whom the address signs in, which is why the user gets it unverified. */
  readonly addressOf: readonly string[];
}

export interface GivenToPlan {
  /** How the linked user is read, if not from the store. */
  readonly read?: ((userId: string) => Promise<Stored<User> | undefined>) | undefined;
  /** What the person said when asked. */
  readonly answer?: IdentityAnswer | undefined;
  /** Another subject by which a link may know the person: see `UpstreamIdentity`. */
  readonly otherSubject?: string | undefined;
  /** As in `UpstreamIdentity`. */
  readonly subjectBy?: string | undefined;
  readonly otherBy?: string | undefined;
  /** As in `Admitting`. */
  readonly provesFor?: string | undefined;
}

/**
 * Decides what a sign-in through a connector does. It reads, and writes nothing: the sign-in carries out these plans, and the test of a
 * connector shows them.
 */
export interface SignInPlanner {
  signIn(
    by: Actor,
    connector: RuledConnector,
    upstream: UpstreamSubject,
    mapped: MappedUser,
    given?: GivenToPlan,
  ): Promise<SignInPlan>;
  /** The same for a subject that has no link. */
  unlinked(by: Actor, connector: RuledConnector, mapped: MappedUser, answer?: IdentityAnswer): Promise<UnlinkedPlan>;
  fields(connector: RuledConnector, user: User, mapped: MappedUser, told?: ToldFields): Promise<FieldPlan>;
  access(by: Actor, connector: RuledConnector, user: User, mapped: MappedUser): Promise<AccessPlan | undefined>;
}

/** The upstream's id of a user is a part of a unique key. */
const LONGEST_SUBJECT = 255;

export function signInPlanner(parts: {
  readonly links: Pick<IdentityLinks, 'find' | 'of'>;
  readonly users: Pick<Users, 'get'>;
  readonly identifiers: Pick<UserIdentifiers, 'holderOf' | 'usernameFault'>;
  readonly holders: AddressHolders;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly enforcers: Enforcers;
}): SignInPlanner {
  const { links, users, identifiers, holders, snapshots, enforcers } = parts;

  return {
    async signIn(by, connector, upstream, mapped, given = {}) {
      const { read = (userId: string) => users.get(userId), answer } = given;
      const { subject } = upstream;
      if (subject === '' || subject.length > LONGEST_SUBJECT) return { kind: 'refused', reason: 'subject-form' };
      const link = await linkOf(upstream, given);
      const linked = link && (await read(link.userId));
      const plan = linked ? linkedPlan(linked, link) : await unlinked(by, connector, mapped, answer);
      return (await isEnforced(plan, connector, given)) ? enforcedPlan(plan) : plan;
    },

    unlinked,

    async fields(connector, user, mapped, told) {
      const wished = updatedFields(user, mapped, connector, told);
      if (!wished) return { patch: undefined, wished, addressOf: [] };
      const { username, ...rest } = wished;
      const nameFault =
        username === undefined ? undefined : await identifiers.usernameFault(user.userstore, username, user.id);
      const { email } = rest;
      const others = typeof email === 'string' ? (await holders(email)).filter(({ id }) => id !== user.id) : [];
      const fields = {
        ...rest,
        ...(username !== undefined && nameFault === undefined && { username }),
        ...(others.length > 0 && { emailVerified: false }),
      };
      return {
        patch: Object.keys(fields).length > 0 ? fields : undefined,
        ...(nameFault !== undefined && { nameFault }),
        wished,
        addressOf: others.map(({ id }) => id),
      };
    },

    access: async (by, connector, { assignments }, { groups }) =>
      planAccess(by, connector, assignments, groups, await snapshots.read()),
  };

  /** Judged before anything is written: a link or an account that signs nobody in today would do so once the rule is gone. */
  async function isEnforced(plan: SignInPlan, connector: RuledConnector, { provesFor }: GivenToPlan): Promise<boolean> {
    const user = userOf(plan);
    return user !== undefined && isEnforcedElsewhere(user, connector, await enforcersBut(enforcers, provesFor));
  }

  /** By one id or the other. Of two ids of one kind of text, that of one person may be the other one of somebody else. */
  async function linkOf(
    { connector, issuer, subject }: UpstreamSubject,
    { subjectBy = USUAL_ID, otherSubject, otherBy }: GivenToPlan,
  ): Promise<Stored<IdentityLink> | undefined> {
    const found = await links.find({ connector, issuer, subject });
    if (otherSubject === undefined) return found;
    if (found && (otherBy === undefined || idOf(found) === subjectBy || !(await isInUse(found)))) return found;
    const other = await links.find({ connector, issuer, subject: otherSubject });
    return other && (otherBy === undefined || idOf(other) === otherBy) ? other : undefined;
  }

  /** An administrator may have made it, by any id. */
  async function isInUse({ userId, connector }: IdentityLink): Promise<boolean> {
    const user = await users.get(userId);
    return user !== undefined && wasSomebodys(user, connector);
  }

  async function unlinked(
    by: Actor,
    connector: RuledConnector,
    mapped: MappedUser,
    answer?: IdentityAnswer,
  ): Promise<UnlinkedPlan> {
    const { mode } = connector.provisioning;
    if (mode === 'refuse') return { kind: 'refused', reason: 'not-provisioned' };
    // Somebody who is signed in asks for their own account: no other one is found for them.
    if (answer?.kind === 'own-account') return joinedAccount(answer.userId, connector, connector.linking !== 'never');
    const before = await madeBefore(connector, mapped);
    if (before) return { kind: 'joins', user: before, because: 'made-before' };
    const trusted = await trustedHolder(connector, mapped);
    if (trusted) return { kind: 'joins', user: trusted, because: 'verified-email' };
    if (answer?.kind === 'account') return joinedAccount(answer.userId, connector, connector.linking === 'ask');
    const mayCreate = mode === 'create';
    // Asked of everybody: the question says nothing about who has an account.
    if (connector.linking === 'ask' && !(answer && mayCreate)) return { kind: 'asks-account', mayCreate };
    return mayCreate ? newAccount(by, connector, mapped, answer) : { kind: 'refused', reason: 'not-provisioned' };
  }

  /**
   * The account that an administrator made in this userstore for the mapped name, if it never was anybody's upstream: the name may
   * be somebody else's by now.
   */
  async function madeBefore({ id }: RuledConnector, { username }: MappedUser): Promise<Stored<User> | undefined> {
    if (username === undefined) return undefined;
    const user = await identifiers.holderOf(id, username);
    // Somebody's verified address may be the name of somebody else.
    if (user?.userstore !== id || !isSameName(user.username, username)) return undefined;
    return wasSomebodys(user, id) || (await isLinked(user, id)) ? undefined : user;
  }

  /**
   * The only user anywhere with the mapped address, verified on both sides through a connector that is trusted for its domain. An
   * account whose own address is unverified is never joined: somebody else may have made it. Nor is one that another subject had here
   * before: an address may be given to somebody new.
   */
  async function trustedHolder(
    { id, linking, domains }: RuledConnector,
    { email, emailVerified }: MappedUser,
  ): Promise<Stored<User> | undefined> {
    if (linking !== 'trust-verified-email' || email === undefined || !emailVerified) return undefined;
    const folded = foldEmail(email);
    const domain = folded.ok ? folded.value.split('@')[1] : undefined;
    if (!domains.some(({ name }) => name === domain)) return undefined;
    const found = await holders(email);
    const [user] = found;
    if (!user || found.length > 1 || !user.emailVerified || !isSameAddress(user.email, email)) return undefined;
    return wasSomebodys(user, id) || (await isLinked(user, id)) ? undefined : user;
  }

  /** The account that the person has proved to be theirs. */
  async function joinedAccount(userId: string, { id }: RuledConnector, isAllowed: boolean): Promise<UnlinkedPlan> {
    const user = isAllowed ? await users.get(userId) : undefined;
    if (!user || isBlocked(user, now()) || (await isLinked(user, id)))
      return { kind: 'refused', reason: 'cannot-be-joined' };
    return { kind: 'joins', user, because: 'proved' };
  }

  async function newAccount(
    by: Actor,
    connector: RuledConnector,
    mapped: MappedUser,
    answer: IdentityAnswer | undefined,
  ): Promise<UnlinkedPlan> {
    const { require: required } = connector.provisioning;
    const { missing } = completedUser(mapped, required);
    if (decidedByRules(await snapshots.read(), missing).length > 0)
      return { kind: 'refused', reason: 'required-decides' };
    const completed = completedUser(mapped, required, answer?.kind === 'new' ? answer.typed : undefined);
    const made = await newUserPlan(by, connector, completed.mapped);
    if (completed.missing.length === 0) return { kind: 'creates', made };
    return { kind: 'asks-fields', missing, wrong: completed.wrong, made };
  }

  async function isLinked({ id }: User, connector: string): Promise<boolean> {
    return (await links.of(id)).some((link) => link.connector === connector);
  }

  async function newUserPlan(by: Actor, connector: RuledConnector, mapped: MappedUser): Promise<NewUserPlan> {
    const { username, email, profile, attributes, groups } = mapped;
    const otherName = `${connector.id}.${randomName()}`;
    const nameFault = username === undefined ? undefined : await identifiers.usernameFault(connector.id, username);
    // An address that signs in somebody else already signs in nobody more.
    const addressOf = email !== undefined && mapped.emailVerified ? await holders(email) : [];
    const isFree = email !== undefined && mapped.emailVerified && addressOf.length === 0;
    return {
      username: username === undefined || nameFault !== undefined ? otherName : username,
      ...(nameFault !== undefined && { nameFault }),
      otherName,
      fields: {
        ...{ userstore: connector.id, profile, attributes },
        ...(email !== undefined && { email, emailVerified: isFree }),
      },
      access: planAccess(by, connector, [], groups, await snapshots.read()),
      addressOf: addressOf.map(({ id }) => id),
    };
  }
}

/**
 * Where the user lives, the upstream's word is enough that it has the person again, and so it is that an account is enabled. A link that is
 * gone waits for a synchronization: the user has other ways in. Pure.
 */
function linkedPlan(user: Stored<User>, link: Stored<IdentityLink>): SignInPlan {
  const waits = link.suspendedAs === 'gone' && user.userstore !== link.connector;
  return waits ? { kind: 'refused', reason: 'link-suspended', user } : { kind: 'linked', user, link };
}

/** The user whom a plan signs in at once, as far as domains go. Pure. */
function userOf(plan: SignInPlan): Pick<User, 'username' | 'email' | 'emailVerified'> | undefined {
  if (plan.kind === 'linked' || plan.kind === 'joins') return plan.user;
  if (plan.kind !== 'creates') return undefined;
  const { username, fields } = plan.made;
  const { email, emailVerified = false } = fields;
  return { username, emailVerified, ...(email !== undefined && { email }) };
}

const enforcedPlan = (plan: SignInPlan): SignInPlan => ({
  kind: 'refused',
  reason: 'domain-enforced',
  ...('user' in plan && { user: plan.user }),
});

const idOf = ({ subjectBy = USUAL_ID }: IdentityLink): string => subjectBy;

/** Whether a subject of this connector ever was this user. Pure. */
const wasSomebodys = ({ confirmations = [] }: User, id: string): boolean =>
  confirmations.some(({ connector }) => connector === id);

/** As sign-ins compare names. */
function isSameName(one: string, other: string): boolean {
  const [a, b] = [foldIdentifier(one), foldIdentifier(other)];
  return a.ok && b.ok && a.value === b.value;
}

/** As sign-ins compare addresses. */
function isSameAddress(one: string | undefined, other: string): boolean {
  const [a, b] = [foldEmail(one ?? ''), foldEmail(other)];
  return a.ok && b.ok && a.value === b.value;
}
