import { dnKey } from '../../../base/text/distinguished-name.js';
import type { ReadingEnd, TakePage, UpstreamReader } from '../../contract/upstream-reader.js';
import type { DirectoryParts } from '../directory-parts.js';
import { reportFault } from '../faults.js';
import { readBases, type TakeEntries } from './read-bases.js';
import { readingAttributes, readUsers } from './read-users.js';
import { partial } from './reading-problem.js';
import { inSession, type ReadingSession } from './reading-session.js';

/**
 * Reads the people of a directory in pages of 500, over connections of its own. The next page is asked for when the one before was taken, so
 * memory holds one page, and 16 characters for each entry that came before.
 */
export function ldapReader(parts: DirectoryParts): UpstreamReader {
  const { id, names, scope, filter } = parts.settings.subject;
  return {
    bases: parts.bases.map(({ text }) => text),
    scope: JSON.stringify({ bases: parts.bases.map(dnKey), scope, filter, names, id }),
    all: (take) =>
      inSession<ReadingEnd>(parts, async (session) => {
        const read = await readBases({
          ...{ parts, connection: session.pages, attributes: readingAttributes(parts) },
          take: usersTo(parts, session, take),
        });
        return read.kind === 'problem' ? read : { kind: 'complete', unreadable: read.unreadable };
      }),
    // The settings name nothing that tells changes.
    changed: async () => ({ kind: 'mark-lost', reason: 'no-marks' }),
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
  };
}

/** Reads the groups of a page before it is taken, and reports each thing that is missing once. */
function usersTo(parts: DirectoryParts, { groups }: ReadingSession, take: TakePage): TakeEntries {
  const reported = new Set<string>();
  return async (base, entries) => {
    const read = await readUsers(parts, entries, groups?.own);
    if (!read.ok) return partial(base, read.fault);
    for (const fault of read.missing) {
      if (!reported.has(fault.reason)) reportFault(parts.report, fault);
      reported.add(fault.reason);
    }
    await take({ base, users: read.users });
    return undefined;
  };
}
