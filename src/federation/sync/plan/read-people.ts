import { hash } from 'node:crypto';
import type { Snapshot, Snapshots } from '../../../access/evaluation/snapshot.js';
import { compiled } from '../../../access/evaluation/snapshot-index.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../../identity/links/identity-links.js';
import type { User } from '../../../identity/users/user.js';
import type { Users } from '../../../identity/users/users.js';
import type { Stored } from '../../../storage/spec.js';
import type { ReadingEnd, PeoplePage, ReadUser } from '../../contract/upstream-reader.js';
import { MOST_MIRRORED } from '../../provisioning/plan-mirrors.js';
import type { SyncRun, UnfinishedReading } from '../sync-run.js';
import { fewAtOnce } from '../../../base/few-at-once.js';
import { knownPeople } from './known-people.js';
import { planPerson, type PersonPlannerParts } from './plan-person.js';
import type { PlannedPerson } from './planned-person.js';

export interface ReadingParts extends PersonPlannerParts {
  readonly links: Pick<IdentityLinks, 'ofConnector'>;
  readonly users: Pick<Users, 'getMany'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
}

export type KnownPeople = ReadonlyMap<string, Stored<IdentityLink>>;

/** What is done with the people of a reading. Called in turn. */
export interface PeopleTaker {
  /** Before the first page. */
  begin?(known: KnownPeople): void;
  page(people: readonly PlannedPerson[], snapshot: Snapshot, page: PlannedPage): Promise<void>;
  /** A page of links whose subjects the upstream has no more: only after a reading that is complete. */
  absent(people: readonly AbsentPerson[], snapshot: Snapshot, isFull: boolean): Promise<void>;
}

export interface PlannedPage {
  readonly base: string;
  /** The users of those who were read, by id. */
  readonly users: ReadonlyMap<string, Stored<User>>;
  /** Everybody is read, and not only changes. */
  readonly isFull: boolean;
}

export interface AbsentPerson {
  readonly link: Stored<IdentityLink>;
  /** Absent: the user was removed. */
  readonly user: Stored<User> | undefined;
}

export interface FinishedReading {
  readonly kind: 'complete';
  readonly read: number;
  readonly isFull: boolean;
  readonly unreadable: number;
  readonly mark?: string;
  /** How many people each base has; absent: not everybody was read or named. */
  readonly present?: ReadonlyMap<string, number>;
  /** Subjects that were read twice, as different people. */
  readonly twice: ReadonlySet<string>;
}

/** An entry without a readable id may be anybody who was not seen. */
const IDS_UNREADABLE = { kind: 'partial', reason: 'ids-unreadable' } as const;
const AT_ONCE = 16;
const PAGE = 500;

/**
 * Reads everybody, or the changes since the last run, and plans each person. Nobody's absence is concluded unless everybody was read or
 * named, or the upstream says so itself.
 *
 * @param twice subjects known to be several people, of whom nothing changes
 */
export async function readPeople(
  parts: ReadingParts,
  run: SyncRun,
  twice: ReadonlySet<string>,
  taker: PeopleTaker,
): Promise<FinishedReading | UnfinishedReading> {
  const { connector, reader, by, signal, state } = run;
  const known = await knownPeople(parts.links, connector.id);
  taker.begin?.(known);
  const seen = new Map<string, string>();
  const deleted = new Set<string>();
  const foundTwice = new Set<string>();
  const joined = new Set<string>();
  const presentByBase = new Map<string, number>();
  /** While links change from one id to another: whose a subject is, by either. */
  const owners = new Map<string, string>();
  const mayMirror = await mirrorBound(parts, connector.id);

  const take = async ({ base, users: people, deleted: gone = [] }: PeoplePage, isFull: boolean): Promise<void> => {
    signal.throwIfAborted();
    for (const subject of gone) deleted.add(subject);
    const snapshot = await parts.snapshots.read();
    const fresh = people.filter((read) => isFirst(read));
    presentByBase.set(base, (presentByBase.get(base) ?? 0) + fresh.length);
    const links = fresh.map(linkOf);
    const users = await parts.users.getMany([...new Set(links.flatMap((link) => (link ? [link.userId] : [])))]);
    const planned = await fewAtOnce(fresh, AT_ONCE, async (read) => {
      const link = linkOf(read);
      const user = link && users.get(link.userId);
      const person = await planPerson(parts, { by, connector, snapshot, base, read, link, user, mayMirror });
      return person && twice.has(read.identity.subject) ? refusedAs(person, 'subject-twice') : person;
    });
    await taker.page(
      planned.flatMap((person) => (person ? [onceJoined(person, joined)] : [])),
      snapshot,
      { base, users, isFull },
    );
  };

  /** Of people who are away nothing is settled by their mark: they are back. */
  function markOf(subject: string): string | undefined {
    const link = known.get(subject);
    return link?.suspendedAs === undefined ? link?.changeMark : undefined;
  }

  function linkOf({ identity: { subject, otherSubject } }: ReadUser): Stored<IdentityLink> | undefined {
    if (otherSubject === undefined) return known.get(subject);
    for (const id of [subject, otherSubject]) {
      const owner = owners.get(id) ?? subject;
      owners.set(id, owner);
      // Nobody can tell whose such a link is, today or once it is made.
      if (owner !== subject) for (const one of [subject, owner]) foundTwice.add(one);
    }
    return known.get(subject) ?? known.get(otherSubject);
  }

  /** False for an entry of two bases that overlap, or one that moved while it was read. */
  function isFirst(read: ReadUser): boolean {
    const { subject } = read.identity;
    const content = contentOf(read);
    const before = seen.get(subject);
    if (before === undefined) seen.set(subject, content);
    else if (before !== content) foundTwice.add(subject);
    return before === undefined;
  }

  const read = await reading(run, take);
  if (read.end.kind !== 'complete') return unfinished(read.end);
  const { mark, unreadable } = read.end;
  const finished: FinishedReading = {
    kind: 'complete',
    ...{ read: seen.size, isFull: read.isFull, unreadable, twice: foundTwice },
    ...(mark !== undefined && { mark }),
  };

  if (!read.isFull && reader.subjects) {
    const present = new Map<string, number>();
    const named = new Set<string>();
    const end = await reader.subjects(async ({ base, subjects }) => {
      signal.throwIfAborted();
      present.set(base, (present.get(base) ?? 0) + subjects.length);
      for (const subject of subjects) named.add(subject);
      await Promise.resolve();
    });
    if (end.kind !== 'complete') return unfinished(end);
    const isUnnamed = (subject: string): boolean => !named.has(subject) && !seen.has(subject);
    if (end.unreadable > 0 && misses(isUnnamed)) return IDS_UNREADABLE;
    await takeAbsent(isUnnamed);
    return { ...finished, present };
  }
  const isAbsent = (subject: string): boolean =>
    !seen.has(subject) && !owners.has(subject) && (read.isFull || deleted.has(subject));
  if (read.isFull && unreadable > 0 && misses(isAbsent)) return IDS_UNREADABLE;
  await takeAbsent(isAbsent);
  return read.isFull ? { ...finished, present: presentByBase } : finished;

  /** Somebody would be gone now who was not before. */
  function misses(isAway: (subject: string) => boolean): boolean {
    return [...known].some(([subject, { suspendedAs }]) => suspendedAs !== 'gone' && isAway(subject));
  }

  async function takeAbsent(isAbsent: (subject: string) => boolean): Promise<void> {
    let page: Stored<IdentityLink>[] = [];
    const flush = async (): Promise<void> => {
      signal.throwIfAborted();
      const users = await parts.users.getMany(page.map(({ userId }) => userId));
      const people = page.map((link) => ({ link, user: users.get(link.userId) }));
      page = [];
      await taker.absent(people, await parts.snapshots.read(), read.isFull);
    };
    for (const [subject, link] of known) {
      if (!isAbsent(subject)) continue;
      if (page.push(link) === PAGE) await flush();
    }
    if (page.length > 0) await flush();
  }

  /** Everybody, or the changes if the upstream still knows where they began. */
  async function reading(
    { full = false }: SyncRun,
    takePage: (page: PeoplePage, isFull: boolean) => Promise<void>,
  ): Promise<{ readonly end: ReadingEnd; readonly isFull: boolean }> {
    const mark = state?.mark;
    if (!full && mark !== undefined && state?.scope === reader.scope) {
      const end = await reader.changed(mark, (page) => takePage(page, false), markOf);
      if (end.kind !== 'mark-lost') return { end, isFull: false };
    }
    return { end: await reader.all((page) => takePage(page, true)), isFull: true };
  }
}

const unfinished = (end: Exclude<ReadingEnd, { readonly kind: 'complete' }>): UnfinishedReading => end;

/** Of several subjects that would join one user, the first does. */
function onceJoined(person: PlannedPerson, joined: Set<string>): PlannedPerson {
  if (person.kind !== 'joined') return person;
  if (joined.has(person.user.id)) return refusedAs(person, 'joined-twice');
  joined.add(person.user.id);
  return person;
}

function refusedAs({ base, read, mapped, ...person }: PlannedPerson, reason: string): PlannedPerson {
  const userId = 'user' in person ? person.user.id : undefined;
  const as = { base, read, mapped, kind: 'refused', reason, wants: [] } as const;
  return userId === undefined ? as : { ...as, userId };
}

/** The same for the same entry, in few bytes. */
function contentOf({ identity, standing, changeMark }: ReadUser): string {
  const { claims, groups = [], level } = identity;
  const content = [[...claims], groups.map(({ id, name, dn }) => [id, name, dn]), level, standing, changeMark];
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 12);
}

/** In the order of reading, so that planning and applying let the same groups in. */
async function mirrorBound(
  { snapshots }: Pick<ReadingParts, 'snapshots'>,
  connector: string,
): Promise<(upstreamId: string) => boolean> {
  const mirrored = new Set(
    compiled(await snapshots.read())
      .mirroredBy(connector)
      .keys(),
  );
  return (upstreamId) => {
    if (mirrored.has(upstreamId)) return true;
    if (mirrored.size >= MOST_MIRRORED) return false;
    mirrored.add(upstreamId);
    return true;
  };
}
