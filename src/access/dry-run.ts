import type { Instant } from '../base/clock.js';
import type { Cursor, Page, PageRequest } from '../base/paging.js';
import type { Behaviour } from '../identity/behaviour.js';
import type { User } from '../identity/user.js';
import type { Stored } from '../storage/spec.js';
import { compare, compiled } from './compiled.js';
import { effective } from './effective.js';
import { proposed, type Proposal } from './proposal.js';
import type { Snapshot } from './snapshot.js';
import { readsBehaviour, subjectOf } from './subject.js';

/** What it would change for one person: roles by name, permissions as `<audience> <permission>`. */
export interface Effect {
  readonly userId: string;
  readonly username: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
}

export interface DryRun {
  readonly effects: readonly Effect[];
  /** How many people were looked at. */
  readonly looked: number;
  /** There are more whom it may concern, who were not looked at. */
  readonly more: boolean;
}

/** Where people are looked up: by page, none of them all at once. */
export interface People {
  get(id: string): Promise<Stored<User> | undefined>;
  list(page: PageRequest): Promise<Page<Stored<User>>>;
  listByRole(roleId: string, page: PageRequest): Promise<Page<Stored<User>>>;
  listByGroup(groupId: string, page: PageRequest): Promise<Page<Stored<User>>>;
}

/** So many are looked at for one answer. */
const MOST_PEOPLE = 2000;
const PAGE = 200;

/**
 * Who would gain and lose what, if this were done: everybody who may hold the role or be in the group is judged twice, as things are and as
 * they would be, by what a token of theirs would carry at this moment. Writes nothing.
 */
export async function dryRun(
  proposal: Proposal,
  snapshot: Snapshot,
  people: People,
  at: Instant,
  behaviours?: { get(userId: string): Promise<Behaviour | undefined> },
): Promise<DryRun> {
  const would = proposed(snapshot, proposal);
  const seen = new Set<string>();
  const effects: Effect[] = [];
  let more = false;
  for await (const user of concerned(proposal, snapshot, people)) {
    if (seen.has(user.id)) continue;
    if (seen.size === MOST_PEOPLE) {
      more = true;
      break;
    }
    seen.add(user.id);
    const after = 'user' in proposal ? { ...user, edges: [...proposal.edges] } : user;
    const behaviour = readsBehaviour(snapshot) ? await behaviours?.get(user.id) : undefined;
    const [before, then] = [heldBy(user, snapshot, at, behaviour), heldBy(after, would, at, behaviour)];
    const gains = [...then].filter((one) => !before.has(one)).sort(compare);
    const loses = [...before].filter((one) => !then.has(one)).sort(compare);
    if (gains.length + loses.length > 0) effects.push({ userId: user.id, username: user.username, gains, loses });
  }
  return { effects, looked: seen.size, more };
}

/** Everybody whom it may concern, some more than once. */
async function* concerned(proposal: Proposal, snapshot: Snapshot, people: People): AsyncGenerator<Stored<User>> {
  if ('user' in proposal) {
    const user = await people.get(proposal.user);
    if (user) yield user;
    return;
  }
  if ('group' in proposal) {
    yield* below(proposal.group, snapshot, people);
    return;
  }
  // Whoever holds it, or a role that brings it, themselves or by a group; where it is everybody's, everybody.
  const { everyone, withIncluded } = compiled(snapshot);
  const holding = [...snapshot.roles.keys()].filter((id) =>
    withIncluded(id).some((role) => role.id === proposal.role.id),
  );
  if (everyone && holding.includes(everyone.target)) {
    yield* everyRow((page) => people.list(page));
    return;
  }
  for (const id of holding) yield* everyRow((page) => people.listByRole(id, page));
  for (const group of snapshot.groups.values()) {
    const gives = group.edges.some(({ kind, target }) => kind === 'role' && holding.includes(target));
    if (gives) yield* below(group.id, snapshot, people);
  }
}

/** Nobody is put into a segment, and a customer group is in no index: who is in these is known only of everybody. */
async function* below(groupId: string, snapshot: Snapshot, people: People): AsyncGenerator<Stored<User>> {
  if (snapshot.groups.get(groupId)?.type === undefined) yield* everyRow((page) => people.listByGroup(groupId, page));
  else yield* everyRow((page) => people.list(page));
}

async function* everyRow(read: (page: PageRequest) => Promise<Page<Stored<User>>>): AsyncGenerator<Stored<User>> {
  let after: Cursor | undefined;
  do {
    const page: Page<Stored<User>> = await read({ limit: PAGE, ...(after && { after }) });
    yield* page.rows;
    after = page.next;
  } while (after);
}

function heldBy(user: Stored<User>, snapshot: Snapshot, at: Instant, behaviour?: Behaviour): Set<string> {
  const held = effective(subjectOf(user, snapshot, at, behaviour), { at }, snapshot);
  const roles = held.trace.roles.map(({ name }) => `role ${name}`);
  const permissions = [...snapshot.resourceServers.keys()].flatMap((audience) =>
    held.permissions(audience).map((permission) => `${permission} at ${audience}`),
  );
  return new Set([...roles, ...permissions]);
}
