import type { Snapshots } from '../../access/evaluation/snapshot.js';
import {
  planAssignmentsOf,
  replaceAssignmentsOf,
  type SourceAssignments,
} from '../../access/model/replace-source-assignments.js';
import type { AssignmentKind } from '../../base/assignment.js';
import { hours, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Saved } from '../../changes/change-result.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import { foldEmail } from '../../identity/identifiers/normalize-identifier.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import type { UpstreamSubject } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { AdmitIdentity } from '../../identity/userstores/authenticate-password.js';
import type { KnownIdentity, UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { Stored } from '../../storage/spec.js';
import type { Connector } from '../connectors/connector.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { mapIdentity, type MappedUser } from '../mapping/map-identity.js';
import { mappedAssignments } from './mapped-assignments.js';
import { updatedFields } from './updated-fields.js';

export type RuledConnector = Pick<Connector, 'id' | 'enabled' | 'domains' | 'mapping' | 'provisioning' | 'linking'>;

export interface FederatedUserParts {
  readonly connectors: {
    get(id: string): Promise<RuledConnector | undefined>;
    all(): Promise<ReadonlyMap<string, unknown>>;
  };
  readonly links: Pick<IdentityLinks, 'find' | 'of' | 'add'>;
  readonly users: Pick<Users, 'get' | 'create' | 'update' | 'setBlock' | 'confirm' | 'replaceAssignments'>;
  readonly identifiers: Pick<UserIdentifiers, 'holderOf'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
  /** For the log of the operator: why an identity was refused, or what of it was left out. */
  readonly report: (connector: string, event: ConnectorEvent) => void;
}

/** As sign-ins compare addresses. */
function isSameAddress(one: string | undefined, other: string): boolean {
  const [a, b] = [foldEmail(one ?? ''), foldEmail(other)];
  return a.ok && b.ok && a.value === b.value;
}

/** A mapping gives roles and memberships. */
const MAPPED_KINDS: ReadonlySet<AssignmentKind> = new Set(['role', 'membership']);

/** A confirmation is written again only after this time. */
const CONFIRMED_FOR = hours(1);

/** Ten letters and digits. */
const randomName = (): string =>
  `${newId()}${newId()}`
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 10);

/** A name that is taken or looks like somebody else's is never joined: the user gets another one. */
const needsOtherName = (saved: Saved<unknown>): boolean =>
  !saved.ok && saved.refusal.problems.some(({ path }) => path[0] === 'username');

const LONGEST_SUBJECT = 255;
const MOST_TRIES = 4;

/** Admits the identities that connectors confirm, by the rules of each connector. See {@link AdmitIdentity}. */
export function federatedUsers(parts: FederatedUserParts): AdmitIdentity {
  const { connectors, links, users, identifiers, snapshots, report } = parts;

  return async (by, connectorId, identity, known) => {
    const connector = await connectors.get(connectorId);
    if (!connector?.enabled) return { kind: 'refused' };
    const { subject } = identity;
    if (subject === '' || subject.length > LONGEST_SUBJECT) return refused(connector, 'subject-form');
    const mapped = mapIdentity(connector.mapping, identity);
    const upstream = { connector: connectorId, issuer: '', subject };
    // Whoever loses a race for the first sign-in of a subject finds the winner's link at the next try.
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const link = await links.find(upstream);
      const linked = link && (await users.get(link.userId));
      const user = linked ?? (await firstSignIn({ by, connector, upstream, identity, mapped, known }));
      if (user === 'refused') return { kind: 'refused' };
      if (user === 'again') continue;
      return { kind: 'admitted', user: await upToDate(by, connector, user, mapped) };
    }
    return refused(connector, 'overtaken');
  };

  function refused({ id }: RuledConnector, reason: string): { readonly kind: 'refused' } {
    report(id, { reason });
    return { kind: 'refused' };
  }

  interface FirstSignIn {
    readonly by: Actor;
    readonly connector: RuledConnector;
    readonly upstream: UpstreamSubject;
    readonly identity: UpstreamIdentity;
    readonly mapped: MappedUser;
    readonly known: KnownIdentity;
  }

  /** The user of a subject that has no link yet. `again`: somebody else was quicker. */
  async function firstSignIn(first: FirstSignIn): Promise<Stored<User> | 'refused' | 'again'> {
    const { by, connector, upstream, mapped } = first;
    const { mode } = connector.provisioning;
    const existing = mode === 'refuse' ? undefined : ((await madeBefore(first)) ?? (await trusted(first)));
    if (existing) {
      const linked = await links.add(by, existing.id, upstream);
      if (linked.ok) return existing;
      if (linked.refusal.code === 'taken' || linked.refusal.code === 'changed') return 'again';
      report(connector.id, { reason: 'link-refused' });
      return 'refused';
    }
    if (mode !== 'create') {
      report(connector.id, { reason: 'not-provisioned' });
      return 'refused';
    }
    return create(by, connector, upstream, mapped);
  }

  /** The account that an administrator made in this userstore for the mapped name, if nobody upstream has it yet. */
  async function madeBefore({ connector, mapped }: FirstSignIn): Promise<Stored<User> | undefined> {
    if (mapped.username === undefined) return undefined;
    const user = await identifiers.holderOf(connector.id, mapped.username);
    return user?.userstore === connector.id && !(await isLinked(user, connector.id)) ? user : undefined;
  }

  /**
   * The only user anywhere with the mapped address, verified on both sides through a connector that is trusted for its domain. An
   * account whose own address is unverified is never joined: somebody else may have made it.
   */
  async function trusted({ connector, mapped }: FirstSignIn): Promise<Stored<User> | undefined> {
    const { email } = mapped;
    if (connector.linking !== 'trust-verified-email' || email === undefined || !mapped.emailVerified) return undefined;
    const folded = foldEmail(email);
    const domain = folded.ok ? folded.value.split('@')[1] : undefined;
    if (!connector.domains.some(({ name }) => name === domain)) return undefined;
    const holders = await holdersOf(email);
    const [user] = holders;
    if (!user || holders.length > 1 || !user.emailVerified || !isSameAddress(user.email, email)) return undefined;
    return (await isLinked(user, connector.id)) ? undefined : user;
  }

  async function isLinked({ id }: User, connector: string): Promise<boolean> {
    return (await links.of(id)).some((link) => link.connector === connector);
  }

  /** The users of all userstores whom this address would sign in. */
  async function holdersOf(email: string): Promise<readonly Stored<User>[]> {
    const stores = [PRIMARY_STORE, ...(await connectors.all()).keys()];
    const found = await Promise.all(stores.map((store) => identifiers.holderOf(store, email)));
    const byId = new Map(found.flatMap((user) => (user ? [[user.id, user]] : [])));
    return [...byId.values()];
  }

  async function create(
    by: Actor,
    connector: RuledConnector,
    upstream: UpstreamSubject,
    mapped: MappedUser,
  ): Promise<Stored<User> | 'refused' | 'again'> {
    const { email, profile, attributes } = mapped;
    const other = `${connector.id}.${randomName()}`;
    const username = mapped.username ?? other;
    // An address that signs in somebody else already signs in nobody more.
    const isFree = email !== undefined && mapped.emailVerified && (await holdersOf(email)).length === 0;
    const assignments = await firstAssignments(by, connector, mapped);
    const fields = {
      ...{ userstore: connector.id, profile, attributes, assignments, link: upstream },
      ...(email !== undefined && { email, emailVerified: isFree }),
      confirmations: [{ connector: connector.id, at: now() }],
    };
    let made = await users.create(by, { ...fields, username });
    if (needsOtherName(made) && username !== other) made = await users.create(by, { ...fields, username: other });
    if (!made.ok && made.refusal.code === 'forbidden' && assignments.length > 0) {
      // Roles that exclude each other, for example: the person signs in without them.
      report(connector.id, { reason: 'assignments-refused', details: { code: made.refusal.problems[0]?.code ?? '' } });
      made = await users.create(by, { ...fields, assignments: [], username });
    }
    if (made.ok) return made.value;
    if (made.refusal.code === 'taken') return 'again';
    report(connector.id, {
      reason: 'user-refused',
      details: { code: made.refusal.problems[0]?.code ?? made.refusal.code },
    });
    return 'refused';
  }

  async function firstAssignments(by: Actor, connector: RuledConnector, { groups }: MappedUser) {
    if (groups === 'not-told') return [];
    const snapshot = await snapshots.read();
    const plan = planAssignmentsOf(by, [], wantedOf(connector, mappedAssignments(groups, snapshot)), snapshot, now());
    return plan.ok ? plan.assignments : [];
  }

  function wantedOf(
    { id }: RuledConnector,
    { wanted, unknown }: ReturnType<typeof mappedAssignments>,
  ): SourceAssignments {
    for (const target of unknown) report(id, { reason: 'mapped-target-unknown', details: { target } });
    return { source: { kind: 'connector', id }, kinds: MAPPED_KINDS, wanted };
  }

  /** The user with what the upstream reports today. What can't be taken over is reported, and does not stop the sign-in. */
  async function upToDate(
    by: Actor,
    connector: RuledConnector,
    before: Stored<User>,
    mapped: MappedUser,
  ): Promise<Stored<User>> {
    let user = await withFields(by, connector, before, mapped);
    user = await withAssignments(by, connector, user, mapped);
    const cause = `directory:${connector.id}` as const;
    if (user.blocks.some((block) => block.by === cause)) {
      user = taken(connector, user, await users.setBlock(by, user.id, cause, undefined));
    }
    return confirmed(connector, user);
  }

  async function withFields(by: Actor, connector: RuledConnector, user: Stored<User>, mapped: MappedUser) {
    const patch = updatedFields(user, mapped, connector);
    if (!patch) return user;
    const { email } = patch;
    const isOthers = typeof email === 'string' && (await holdersOf(email)).some((holder) => holder.id !== user.id);
    const fields = isOthers ? { ...patch, emailVerified: false } : patch;
    const saved = await users.update(by, user.id, fields);
    if (saved.ok || !needsOtherName(saved)) return taken(connector, user, saved);
    // The name changed upstream to one that is somebody else's here: the old one stays.
    const { username: _, ...rest } = fields;
    report(connector.id, { reason: 'username-taken' });
    return Object.keys(rest).length === 0 ? user : taken(connector, user, await users.update(by, user.id, rest));
  }

  async function withAssignments(by: Actor, connector: RuledConnector, user: Stored<User>, { groups }: MappedUser) {
    if (groups === 'not-told') return user;
    const snapshot = await snapshots.read();
    const maintained = wantedOf(connector, mappedAssignments(groups, snapshot));
    const saved = await replaceAssignmentsOf(by, users, user, maintained, snapshot);
    if (saved.ok || saved.refusal.code === 'changed') return taken(connector, user, saved);
    // Roles that exclude each other, for example: what was taken away upstream still ends.
    report(connector.id, { reason: 'assignments-refused', details: { code: saved.refusal.problems[0]?.code ?? '' } });
    const fewer = { ...maintained, onlyRemovals: true };
    return taken(connector, user, await replaceAssignmentsOf(by, users, user, fewer, snapshot));
  }

  async function confirmed({ id }: RuledConnector, user: Stored<User>): Promise<Stored<User>> {
    let current: Stored<User> | undefined = user;
    for (let tries = 0; current && tries < MOST_TRIES; tries++) {
      const last = current.confirmations?.find(({ connector }) => connector === id);
      if (last && now() - last.at < CONFIRMED_FOR) return current;
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
