import type { Snapshots } from '../../access/evaluation/snapshot.js';
import { replaceAssignmentsOf } from '../../access/model/replace-source-assignments.js';
import { hours, now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { Saved } from '../../changes/change-result.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { Stored } from '../../storage/spec.js';
import type { Connector } from '../connectors/connector.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { MappedUser } from '../mapping/map-identity.js';
import type { AddressHolders } from './address-holders.js';
import { maintainedBy } from './mapped-assignments.js';
import { needsOtherName } from './needs-other-name.js';
import { updatedFields } from './updated-fields.js';

export type RuledConnector = Pick<Connector, 'id' | 'enabled' | 'domains' | 'mapping' | 'provisioning' | 'linking'>;

/** For the log of the operator: why an identity was refused, or what of it was left out. */
export type ReportConnector = (connector: string, event: ConnectorEvent) => void;

/** Gives a user what a connector reports today. What can't be taken over is reported, and stops nothing. */
export type BringUpToDate = (
  by: Actor,
  connector: RuledConnector,
  user: Stored<User>,
  mapped: MappedUser,
) => Promise<Stored<User>>;

/** A confirmation is written again only after this time. */
const CONFIRMED_FOR = hours(1);

const MOST_TRIES = 4;

export function bringingUpToDate(parts: {
  readonly users: Pick<Users, 'get' | 'update' | 'setBlock' | 'confirm' | 'replaceAssignments'>;
  readonly holders: AddressHolders;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly report: ReportConnector;
}): BringUpToDate {
  const { users, holders, snapshots, report } = parts;

  return async (by, connector, before, mapped) => {
    let user = await withFields(by, connector, before, mapped);
    user = await withAssignments(by, connector, user, mapped);
    const cause = `directory:${connector.id}` as const;
    if (user.blocks.some((block) => block.by === cause)) {
      user = taken(connector, user, await users.setBlock(by, user.id, cause, undefined));
    }
    return confirmed(connector, user);
  };

  async function withFields(by: Actor, connector: RuledConnector, user: Stored<User>, mapped: MappedUser) {
    const patch = updatedFields(user, mapped, connector);
    if (!patch) return user;
    const { email } = patch;
    const isOthers = typeof email === 'string' && (await holders(email)).some((holder) => holder.id !== user.id);
    const fields = isOthers ? { ...patch, emailVerified: false } : patch;
    const saved = await users.update(by, user.id, fields);
    if (saved.ok || !needsOtherName(saved)) return taken(connector, user, saved);
    // The name changed upstream to one that is somebody else's here: the old one stays.
    const { username: _, ...rest } = fields;
    report(connector.id, { reason: 'username-taken' });
    return Object.keys(rest).length === 0 ? user : taken(connector, user, await users.update(by, user.id, rest));
  }

  async function withAssignments(by: Actor, connector: RuledConnector, user: Stored<User>, { groups }: MappedUser) {
    // Not told is not none; but a mapping without rules gives nothing, whatever is told.
    if (groups === 'not-told' && connector.mapping.groups.length > 0) return user;
    const snapshot = await snapshots.read();
    const maintained = maintainedBy(connector.id, groups === 'not-told' ? [] : groups, snapshot, report);
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
