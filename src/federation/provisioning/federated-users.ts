import type { Snapshots } from '../../access/evaluation/snapshot.js';
import { planAssignmentsOf } from '../../access/model/replace-source-assignments.js';
import { now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { foldEmail } from '../../identity/identifiers/normalize-identifier.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import type { UpstreamSubject } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { AdmitIdentity } from '../../identity/userstores/authenticate-password.js';
import type { Stored } from '../../storage/spec.js';
import { mapIdentity, type MappedUser } from '../mapping/map-identity.js';
import type { AddressHolders } from './address-holders.js';
import type { BringUpToDate, ReportConnector, RuledConnector } from './bring-up-to-date.js';
import { maintainedBy } from './mapped-assignments.js';
import { needsOtherName } from './needs-other-name.js';

export interface FederatedUserParts {
  readonly connectors: { get(id: string): Promise<RuledConnector | undefined> };
  readonly links: Pick<IdentityLinks, 'find' | 'of' | 'add'>;
  readonly users: Pick<Users, 'get' | 'create'>;
  readonly identifiers: Pick<UserIdentifiers, 'holderOf'>;
  readonly holders: AddressHolders;
  readonly bringUpToDate: BringUpToDate;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly report: ReportConnector;
}

/** As sign-ins compare addresses. */
function isSameAddress(one: string | undefined, other: string): boolean {
  const [a, b] = [foldEmail(one ?? ''), foldEmail(other)];
  return a.ok && b.ok && a.value === b.value;
}

/** Ten letters and digits. */
const randomName = (): string =>
  `${newId()}${newId()}`
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 10);

const LONGEST_SUBJECT = 255;
const MOST_TRIES = 4;

/** Admits the identities that connectors confirm, by the rules of each connector. See {@link AdmitIdentity}. */
export function federatedUsers(parts: FederatedUserParts): AdmitIdentity {
  const { connectors, links, users, identifiers, holders, bringUpToDate, snapshots, report } = parts;

  return async (by, connectorId, identity) => {
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
      const user = linked ?? (await firstSignIn({ by, connector, upstream, mapped }));
      if (user === 'refused') return { kind: 'refused' };
      if (user === 'again') continue;
      return { kind: 'admitted', user: await bringUpToDate(by, connector, user, mapped) };
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
    readonly mapped: MappedUser;
  }

  /** The user of a subject that has no link yet. `again`: somebody else was quicker. */
  async function firstSignIn(first: FirstSignIn): Promise<Stored<User> | 'refused' | 'again'> {
    const { by, connector, upstream, mapped } = first;
    const { mode } = connector.provisioning;
    const existing = mode === 'refuse' ? undefined : ((await madeBefore(first)) ?? (await trusted(first)));
    if (existing) {
      const linked = await links.add(by, existing.id, upstream, existing);
      if (linked.ok) return (await users.get(existing.id)) ?? 'again';
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

  /**
   * The account that an administrator made in this userstore for the mapped name, if it never was anybody's upstream: the name may
   * be somebody else's by now.
   */
  async function madeBefore({ connector, mapped }: FirstSignIn): Promise<Stored<User> | undefined> {
    if (mapped.username === undefined) return undefined;
    const user = await identifiers.holderOf(connector.id, mapped.username);
    if (user?.userstore !== connector.id) return undefined;
    const wasSomebodys = user.confirmations?.some((one) => one.connector === connector.id) === true;
    return wasSomebodys || (await isLinked(user, connector.id)) ? undefined : user;
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
    const found = await holders(email);
    const [user] = found;
    if (!user || found.length > 1 || !user.emailVerified || !isSameAddress(user.email, email)) return undefined;
    return (await isLinked(user, connector.id)) ? undefined : user;
  }

  async function isLinked({ id }: User, connector: string): Promise<boolean> {
    return (await links.of(id)).some((link) => link.connector === connector);
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
    const isFree = email !== undefined && mapped.emailVerified && (await holders(email)).length === 0;
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
    const plan = planAssignmentsOf(by, [], maintainedBy(connector.id, groups, snapshot, report), snapshot, now());
    return plan.ok ? plan.assignments : [];
  }
}
