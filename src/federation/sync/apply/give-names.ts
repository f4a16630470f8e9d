import type { Actor } from '../../../changes/actor.js';
import type { ChangeRefusal } from '../../../changes/change-result.js';
import { foldIdentifier } from '../../../identity/identifiers/normalize-identifier.js';
import type { UserIdentifiers } from '../../../identity/identifiers/user-identifiers.js';
import type { Users } from '../../../identity/users/users.js';
import { randomName } from '../../provisioning/random-name.js';

/** Somebody who gets a name that was another's when they were read. */
export interface NameToGive {
  readonly userId: string;
  readonly subject: string;
  readonly username: string;
}

interface NamingParts {
  readonly users: Pick<Users, 'get' | 'update'>;
  readonly identifiers: Pick<UserIdentifiers, 'holderOf'>;
}

/** Somebody who did not get it. */
export interface NameNotGiven extends NameToGive {
  /** Absent: whoever has the name did not give it up. */
  readonly refusal?: ChangeRefusal;
}

/**
 * Gives people their names, each after whoever had it got another. In a circle, one person has a random name for a moment; a run that is
 * interrupted then gives the right one next time. Returns those whose name is not free.
 */
export async function giveNames(
  { users, identifiers }: NamingParts,
  by: Actor,
  connector: string,
  wanted: readonly NameToGive[],
): Promise<readonly NameNotGiven[]> {
  const waiting = new Map(wanted.map((one) => [one.userId, one]));
  const byName = new Map(wanted.map((one) => [folded(one.username), one]));
  const refused: NameNotGiven[] = [];

  /** The person who waits for the name that this one gives up. */
  async function give(one: NameToGive, username: string): Promise<NameToGive | undefined> {
    const before = await users.get(one.userId);
    const saved = await users.update(by, one.userId, { username });
    if (saved.ok) return before && byName.get(folded(before.username));
    waiting.delete(one.userId);
    refused.push({ ...one, refusal: saved.refusal });
    return undefined;
  }

  /** Gives the name, then the one that became free by it, and so on. */
  async function giveAll(first: NameToGive | undefined): Promise<void> {
    let next = first;
    while (next && waiting.delete(next.userId)) next = await give(next, next.username);
  }

  /** Gives the names of a circle that begins with this one. */
  async function giveAround(one: NameToGive): Promise<void> {
    const before = await users.get(one.userId);
    await giveAll(await give(one, `${connector}.${randomName()}`));
    // If another of the circle was refused, the name may be free all the same; otherwise the former one is better than a random one.
    await giveAll(one);
    if (before && refused.some(({ userId }) => userId === one.userId))
      await users.update(by, one.userId, { username: before.username });
  }

  const holders = new Map<string, string>();
  for (const one of wanted) {
    const holder = await identifiers.holderOf(connector, one.username);
    if (holder && holder.id !== one.userId) holders.set(one.userId, holder.id);
  }
  for (const one of wanted) if (!holders.has(one.userId)) await giveAll(one);
  // Whoever still waits does so for somebody who is not waiting, or in a circle.
  for (const one of wanted) if (waiting.has(one.userId) && isInCircle(one.userId, holders)) await giveAround(one);
  return [...refused, ...waiting.values()];
}

function isInCircle(userId: string, holders: ReadonlyMap<string, string>): boolean {
  const way = new Set<string>();
  let next = holders.get(userId);
  while (next !== undefined && next !== userId && !way.has(next)) {
    way.add(next);
    next = holders.get(next);
  }
  return next === userId;
}

function folded(username: string): string {
  const name = foldIdentifier(username);
  return name.ok ? name.value : username;
}
