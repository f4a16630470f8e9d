import { isBlocked } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import type { User } from '../../identity/users/user.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { type AccessHeld, accessHeld } from './access-held.js';
import { candidates, clientCandidates, type ClientList, type People } from './candidates.js';
import { changedPlaces } from './changed-places.js';
import { compare } from '../evaluation/snapshot-index.js';
import { batches } from '../../base/paging.js';
import type { Snapshot } from '../evaluation/snapshot.js';
import { clientSubject, readsBehaviour, subjectOf } from '../evaluation/subject.js';

/** A change that has not been made: the planned realm. Subjects that a map does not contain stay as they are. */
export interface PlannedRealm {
  readonly snapshot: Snapshot;
  /** The planned assignments by the id of an existing user. */
  readonly users: ReadonlyMap<string, readonly Assignment[]>;
  /** The planned assignments by the id of an existing client. */
  readonly clients: ReadonlyMap<string, readonly Assignment[]>;
  /** The planned profile by the id of an existing user: rules of segments and limitations read it. */
  readonly profiles?: ReadonlyMap<string, PlannedProfile>;
  /**
   * Renamed permissions, both as `<resource server> <permission>`. They stay the same permission, and assignments follow them.
   */
  readonly permissions?: ReadonlyMap<string, string>;
}

export type PlannedProfile = Partial<Pick<User, 'username' | 'profile' | 'attributes' | 'email' | 'emailVerified'>>;

/** The effect of a change on one user or client. Roles as `role NAME`, permissions as `PERMISSION at RESOURCE-SERVER`, sorted. */
export interface Effect {
  readonly who: {
    readonly kind: 'user' | 'client';
    readonly id: string;
    /** The username, or the name of the client. */
    readonly name: string;
    readonly disabled?: true;
  };
  /** Now, as a token would contain it. */
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** Access that may begin later, or that is limited now. */
  readonly mayGain: readonly string[];
  readonly mayLose: readonly string[];
}

/** The result of a preview. */
export interface Preview {
  /** At most the requested number. */
  readonly effects: readonly Effect[];
  /** There are more effects. The counts below still include everybody. */
  readonly more: boolean;
  /** The number of users and clients evaluated: everybody whom the change may concern. */
  readonly looked: number;
  /** The number of them who hold something, and of those who lose something: now, later or under a limitation. */
  readonly holding: number;
  readonly losing: number;
  /** The number of them who gain something now. */
  readonly gaining: number;
}

/** The maximum number of collected effects. {@link previewed} yields them one by one without a limit. */
const MOST_EFFECTS = 10_000;

export interface PreviewParts {
  readonly users: People;
  readonly clients: ClientList;
  /** The counted events of users. */
  readonly behaviours?: { getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Behaviour>> };
}

/**
 * The effects of a change. {@link effective} evaluates every candidate twice, in the current and the planned realm. Writes
 * nothing. Users who would be created by the change, or are changed meanwhile, are skipped.
 */
export async function preview(
  before: Snapshot,
  planned: PlannedRealm,
  parts: PreviewParts,
  at: Instant,
  most = MOST_EFFECTS,
): Promise<Preview> {
  const effects: Effect[] = [];
  const sum = { looked: 0, holding: 0, losing: 0, gaining: 0 };
  let changed = 0;
  for await (const { effect, held } of previewed(before, planned, parts, at)) {
    sum.looked++;
    if (held) sum.holding++;
    if (!effect) continue;
    if (effect.loses.length + effect.mayLose.length > 0) sum.losing++;
    if (effect.gains.length > 0) sum.gaining++;
    changed++;
    if (effects.length < most) effects.push(effect);
  }
  return { effects, more: changed > effects.length, ...sum };
}

/** A candidate after evaluation. */
export interface PreviewedHolder {
  /** Absent: nothing would change. */
  readonly effect?: Effect;
  /** Whether they hold something now, later or under a limitation. */
  readonly held: boolean;
}

/**
 * Like {@link preview}, but yields everybody whom a change may concern: first those named in it, then users by username, then
 * clients.
 */
export async function* previewed(
  before: Snapshot,
  planned: PlannedRealm,
  { users, clients, behaviours }: PreviewParts,
  at: Instant,
): AsyncGenerator<PreviewedHolder> {
  const places = changedPlaces(before, planned.snapshot);
  const looksAtBehaviour = readsBehaviour(before) || readsBehaviour(planned.snapshot);
  const named = new Set([...planned.users.keys(), ...(planned.profiles?.keys() ?? [])]);

  const renamed = (assignments: readonly Assignment[]): readonly Assignment[] => {
    const { permissions } = planned;
    if (!permissions || permissions.size === 0) return assignments;
    return assignments.map((assignment) =>
      assignment.kind === 'permission'
        ? { ...assignment, target: permissions.get(assignment.target) ?? assignment.target }
        : assignment,
    );
  };
  async function* all(): AsyncGenerator<Stored<User>> {
    for (const id of named) {
      const user = await users.get(id);
      if (user) yield user;
    }
    for await (const user of candidates(places, users)) if (!named.has(user.id)) yield user;
  }
  for await (const page of batches(all())) {
    const known = looksAtBehaviour ? await behaviours?.getMany(page.map(({ id }) => id)) : undefined;
    for (const user of page) {
      const then = {
        ...user,
        ...planned.profiles?.get(user.id),
        assignments: [...(planned.users.get(user.id) ?? renamed(user.assignments))],
      };
      const behaviour = known?.get(user.id);
      const { id, username: name } = user;
      yield compared(
        { kind: 'user', id, name, ...(isBlocked(user, at) && { disabled: true }) },
        accessHeld(subjectOf(user, before, at, behaviour), before, at, planned.permissions),
        accessHeld(subjectOf(then, planned.snapshot, at, behaviour), planned.snapshot, at),
      );
    }
  }

  async function* allClients(): AsyncGenerator<Stored<Client>> {
    for (const id of planned.clients.keys()) {
      const client = await clients.get(id);
      if (client) yield client;
    }
    for await (const client of clientCandidates(places, clients)) if (!planned.clients.has(client.id)) yield client;
  }
  for await (const client of allClients()) {
    const then = { ...client, assignments: [...(planned.clients.get(client.id) ?? renamed(client.assignments))] };
    yield compared(
      { kind: 'client', id: client.id, name: client.name },
      accessHeld(clientSubject(client), before, at, planned.permissions),
      accessHeld(clientSubject(then), planned.snapshot, at),
    );
  }
}

function compared(who: Effect['who'], before: AccessHeld, after: AccessHeld): PreviewedHolder {
  const gains = without(after.now, before.now);
  const loses = without(before.now, after.now);
  const mayGain = without(after.ahead, before.ahead, after.now);
  const mayLose = without(before.ahead, after.ahead, before.now);
  const isSame = gains.length + loses.length + mayGain.length + mayLose.length === 0;
  return { held: before.ahead.size > 0, ...(!isSame && { effect: { who, gains, loses, mayGain, mayLose } }) };
}

/** The entries of the first map that none of the others has, by name. */
const without = (held: ReadonlyMap<string, string>, ...others: readonly ReadonlyMap<string, string>[]): string[] =>
  [...held].flatMap(([key, name]) => (others.some((other) => other.has(key)) ? [] : name)).sort(compare);
