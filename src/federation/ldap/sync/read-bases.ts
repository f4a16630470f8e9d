import type { Filter } from 'ldapts';
import { isWithin, parseDn } from '../../../base/text/distinguished-name.js';
import type { LdapEntry } from '../connection/answers.js';
import type { DedicatedConnection } from '../connection/directory.js';
import { searchPages } from '../connection/paged-search.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entrySubject } from '../entry-claims.js';
import { readUser } from '../find-user.js';
import { allOf, anyOf, isPresent } from '../names/filters.js';
import { baseProblem, partial, type ReadingProblem } from './reading-problem.js';
import { SeenEntries } from './seen-entries.js';

/** The entry of a user, with the user's id. */
export interface SubjectEntry {
  readonly subject: string;
  readonly entry: LdapEntry;
}

export interface BasesReading {
  readonly parts: DirectoryParts;
  readonly connection: DedicatedConnection;
  readonly attributes: readonly string[];
  /** Only users who match this are wanted, and nobody's absence will be concluded. Absent: everybody. */
  readonly only?: Filter;
  /** What changes after the reading began, as a filter. Absent: the directory cannot be asked for that. */
  readonly since?: Filter;
  /** Takes the users of one page who came for the first time. Its problem ends the reading. */
  readonly take: TakeEntries;
}

export type TakeEntries = (base: string, users: readonly SubjectEntry[]) => Promise<ReadingProblem | undefined>;

export interface BasesRead {
  readonly kind: 'read';
  /** How many entries have no id, or several. */
  readonly unreadable: number;
}

/** A digest of each is held until the end. */
const MOST_ENTRIES = 2_000_000;

/**
 * Reads every base to its end, and each user once. Holds one page, and a digest of each entry that came before.
 *
 * The first problem is the result, but a base that cannot be read does not keep the others from being read.
 */
export async function readBases(reading: BasesReading): Promise<BasesRead | ReadingProblem> {
  const { parts, connection, attributes, take, only, since } = reading;
  const { id } = parts.settings.subject;
  const seen = new SeenEntries();
  let unreadable = 0;

  /** The entries that did not come before; those without a usable id only count. */
  const fresh = (entries: readonly LdapEntry[]): readonly (SubjectEntry | undefined)[] =>
    entries.flatMap((entry) => {
      const subject = subjectOf(parts, entry);
      if (!seen.add(subject === undefined ? `dn ${entry.dn}` : `id ${subject}`)) return [];
      if (subject === undefined) unreadable++;
      return [subject === undefined ? undefined : { subject, entry }];
    });

  async function readBase(
    base: string,
    filter: Filter | undefined,
    wanted: readonly string[],
    takeEntries: TakeEntries,
  ): Promise<ReadingProblem | undefined> {
    const request = {
      base,
      scope: parts.settings.subject.scope,
      filter: allOf(usersFilter(parts), filter),
      attributes: wanted,
    };
    const pages = searchPages(connection.server, (control) => connection.search(request, control), fresh);
    for (let page = await pages.next(); ; page = await pages.next()) {
      if (page.done === true) return baseProblem(base, page.value);
      if (seen.size > MOST_ENTRIES) return partial(base, { kind: 'upstream-error', reason: 'too-many-entries' });
      const users = page.value.filter((user) => user !== undefined);
      const problem = users.length > 0 ? await takeEntries(base, users) : undefined;
      if (problem) return problem;
    }
  }

  /** Somebody who moved meanwhile, to a base that had been read from one that had not, is there and would look gone. */
  async function takeMoved(base: string, users: readonly SubjectEntry[]): Promise<ReadingProblem | undefined> {
    const moved: SubjectEntry[] = [];
    for (const { subject, entry } of users) {
      const dn = parseDn(entry.dn);
      const found = dn && (await readUser(parts, dn, attributes, (request) => connection.search(request)));
      if (found?.kind !== 'found' || subjectOf(parts, found.entry) !== subject)
        return partial(base, found?.kind === 'fault' ? found.fault : MOVING);
      moved.push({ subject, entry: found.entry });
    }
    return take(base, moved);
  }

  let problem: ReadingProblem | undefined;
  for (const { text: base } of parts.bases) {
    const found = await readBase(base, only, attributes, take);
    problem ??= found;
    if (found?.isFinal === true) break;
  }
  if (only) return problem ?? { kind: 'read', unreadable };
  if (since) {
    for (const { text: base } of parts.bases) problem ??= await readBase(base, since, attributes, take);
  } else {
    for (const { text: base } of parts.bases.slice(0, -1)) problem ??= await readBase(base, undefined, [id], takeMoved);
  }
  return problem ?? { kind: 'read', unreadable };
}

const MOVING = { kind: 'upstream-error', reason: 'entries-moving' } as const;

/** Whoever can be found by a name. The base itself and what lies between are no people. */
const usersFilter = ({ userFilter, settings }: DirectoryParts): Filter =>
  allOf(userFilter, anyOf(settings.subject.names.map(isPresent)));

/** Undefined: the entry has no usable id, or it is none that was asked for. */
function subjectOf({ bases, settings }: DirectoryParts, entry: LdapEntry): string | undefined {
  const dn = parseDn(entry.dn);
  if (!dn || !bases.some((base) => isWithin(dn, base))) return undefined;
  const read = entrySubject(entry, settings.subject.id);
  return read.ok ? read.subject : undefined;
}
