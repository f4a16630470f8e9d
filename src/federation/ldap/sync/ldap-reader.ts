import { dnKey } from '../../../base/text/distinguished-name.js';
import type { ReadingEnd, PeoplePage, TakePage, UpstreamReader } from '../../contract/upstream-reader.js';
import type { DirectoryParts } from '../directory-parts.js';
import { reportFault } from '../faults.js';
import { GroupsOfRun } from '../groups/groups-of-run.js';
import { type ChangeTracking, type MarkLost, markLost, type ReadingChanges } from './change-tracking.js';
import { isUnchanged } from './change-mark.js';
import { readBases, type SubjectEntry, type TakeEntries } from './read-bases.js';
import { readingAttributes, readUsers } from './read-users.js';
import { partial } from './reading-problem.js';
import { inSession, type ReadingSession } from './reading-session.js';
import { timestampChanges } from './timestamp-changes.js';
import { usnChanges } from './usn-changes.js';

const PAGE = 500;

/**
 * Reads the people of a directory in pages of 500, over connections of its own. The next page is asked for when the one before was taken, so
 * memory holds one page, 16 characters for each entry that came before, and the ids of at most 50,000 changed people of Active Directory.
 */
export function ldapReader(parts: DirectoryParts): UpstreamReader {
  const { id, names, scope, filter, changes } = parts.settings.subject;
  const tracking = trackingOf(parts);
  const attributes = readingAttributes(parts);
  return {
    bases: parts.bases.map(({ text }) => text),
    scope: JSON.stringify({ bases: parts.bases.map(dnKey), scope, filter, names, id }),
    all: (take) =>
      inSession<ReadingEnd>(parts, async (session) => {
        const begun = await tracking?.begin(session);
        const read = await readBases({
          ...{ parts, connection: session.pages, attributes, take: usersTo(parts, session, take, begun) },
          ...(begun?.since && { since: begun.since }),
        });
        if (read.kind === 'problem') return read;
        return { kind: 'complete', unreadable: read.unreadable, ...(begun && { mark: begun.mark() }) };
      }),
    changed: (since, take, markOf) =>
      inSession<ReadingEnd | MarkLost>(parts, async (session) => {
        const resumed = await (tracking?.resume(session, since) ?? markLost('no-marks'));
        if (resumed.kind === 'mark-lost') return resumed;
        const gone = new Set(resumed.everywhere);
        const isSame = ({ subject, entry }: SubjectEntry): boolean => isUnchanged(entry, markOf(subject));
        const toUsers = usersTo(parts, session, take, resumed, isSame);
        const read = await readBases({
          ...{ parts, connection: session.pages, attributes, only: resumed.changed },
          async take(base, users) {
            for (const { subject } of users) gone.delete(subject);
            return toUsers(base, users);
          },
        });
        if (read.kind === 'problem') return read;
        for (const page of deletedPages(parts, [...gone])) await take(page);
        return { kind: 'complete', unreadable: read.unreadable, mark: resumed.mark() };
      }),
    ...(changes !== 'uSNChanged' && {
      subjects: (take) =>
        inSession<ReadingEnd>(parts, async ({ pages: connection }) => {
          const read = await readBases({
            ...{ parts, connection, attributes: [id] },
            async take(base, users) {
              await take({ base, subjects: users.map(({ subject }) => subject) });
              return undefined;
            },
          });
          return read.kind === 'problem' ? read : { kind: 'complete', unreadable: read.unreadable };
        }),
    }),
  };
}

function trackingOf(parts: DirectoryParts): ChangeTracking | undefined {
  switch (parts.settings.subject.changes) {
    case 'modifyTimestamp':
      return timestampChanges(parts);
    case 'uSNChanged':
      return usnChanges(parts);
    case 'none':
      return undefined;
  }
}

/** Reads the groups of a page before it is taken, and reports each thing that is missing once. @param isSame who need not be read again */
function usersTo(
  parts: DirectoryParts,
  { groups }: ReadingSession,
  take: TakePage,
  changes: ReadingChanges | undefined,
  isSame: (read: SubjectEntry) => boolean = () => false,
): TakeEntries {
  const reported = new Set<string>();
  const ofRun = new GroupsOfRun(parts, groups?.own);
  return async (base, entries) => {
    const others = entries.filter((one) => !isSame(one));
    const read = await readUsers(parts, others, ofRun);
    if (!read.ok) return partial(base, read.fault);
    for (const { entry } of entries) changes?.note(entry);
    for (const fault of read.missing) {
      if (!reported.has(fault.reason)) reportFault(parts.report, fault);
      reported.add(fault.reason);
    }
    await take({ base, users: read.users });
    return undefined;
  };
}

/** Where each of them was is not known: all are told of the first base. */
function* deletedPages({ bases }: DirectoryParts, deleted: readonly string[]): Generator<PeoplePage> {
  const [base] = bases;
  if (!base) return;
  for (let at = 0; at < deleted.length; at += PAGE)
    yield { base: base.text, users: [], deleted: deleted.slice(at, at + PAGE) };
}
