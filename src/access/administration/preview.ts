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

/** A change that has not been made: the realm as it would be. Subjects that a map does not name stay as they are. */
export interface PlannedRealm {
  readonly snapshot: Snapshot;
  /** By the id of a user who exists, the assignments as they would be. */
  readonly users: ReadonlyMap<string, readonly Assignment[]>;
  /** By the id of a client that exists. */
  readonly clients: ReadonlyMap<string, readonly Assignment[]>;
  /** By the id of a user who exists, what would be known of them: the rules of segments and limitations look at it. */
  readonly profiles?: ReadonlyMap<string, PlannedProfile>;
  /** Permissions that get other names, both as `<resource server> <permission>`: they are the same, and assignments follow them. */
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
  /** At this moment, as a token would carry it. */
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** Access that may begin later, or that is limited now. */
  readonly mayGain: readonly string[];
  readonly mayLose: readonly string[];
}

/** The result for each candidate. */
export interface Preview {
  /** At most as many as were asked for. */
  readonly effects: readonly Effect[];
  /** There are more effects than these. The numbers below count everybody all the same. */
  readonly more: boolean;
  /** How many users and clients were looked at: all whom the change may concern. */
  readonly looked: number;
  /** How many of them hold something, and lose something: now, later or under a limitation. */
  readonly holding: number;
  readonly losing: number;
  /** How many gain something now. */
  readonly gaining: number;
}

/** How many effects are collected. {@link previewed} gives them one by one, without a bound. */
const MOST_EFFECTS = 10_000;

export interface PreviewParts {
  readonly users: People;
  readonly clients: ClientList;
  /** The counted events of users. */
  readonly behaviours?: { getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Behaviour>> };
}

/**
 * The effects of a change: {@link effective} decides about every candidate twice, as things are and as they would be. Writes nothing. Somebody who would be made by the change, or is changed meanwhile, is not looked at.
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

/** A candidate that was decided about. */
export interface PreviewedHolder {
  /** Absent: nothing would change. */
  readonly effect?: Effect;
  /** Whether they hold something now, or may later or under a limitation. */
  readonly held: boolean;
}

/** As {@link preview}: everybody whom a change may concern, one after the other: who is named in it first, then users by username, then clients. */
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
      const { id, username: name, state } = user;
      yield compared(
        { kind: 'user', id, name, ...(state === 'disabled' && { disabled: true }) },
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

/** The entries of the first that none of the others has, by their names. */
const without = (held: ReadonlyMap<string, string>, ...others: readonly ReadonlyMap<string, string>[]): string[] =>
  [...held].flatMap(([key, name]) => (others.some((other) => other.has(key)) ? [] : name)).sort(compare);
