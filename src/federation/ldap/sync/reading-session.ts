import type { DedicatedConnection } from '../connection/directory.js';
import type { DirectoryParts } from '../directory-parts.js';
import { connectProblem, type ReadingProblem, reportProblem, type UnfinishedEnd } from './reading-problem.js';

/** The connections of one reading, which no sign-in uses. */
export interface ReadingSession {
  readonly pages: DedicatedConnection;
  /** For the groups of users, since OpenLDAP allows one search in pages on a connection. Absent: the settings read no groups. */
  readonly groups?: DedicatedConnection;
}

/** Opens the connections, reads, and closes them. Reports for the log what kept the reading from being complete. */
export async function inSession<End extends { readonly kind: string }>(
  parts: DirectoryParts,
  read: (session: ReadingSession) => Promise<End | ReadingProblem>,
): Promise<End | UnfinishedEnd> {
  const opened: DedicatedConnection[] = [];
  try {
    const end = await openedAndRead();
    if (!('isFinal' in end)) return end;
    reportProblem(parts.report, end);
    return end.end;
  } finally {
    for (const connection of opened) connection.close();
  }

  async function openedAndRead(): Promise<End | ReadingProblem> {
    const pages = await parts.directory.dedicated();
    if (!pages.ok) return connectProblem(pages.failure);
    opened.push(pages.value);
    if (parts.settings.subject.groups.from === 'none') return read({ pages: pages.value });
    const groups = await parts.directory.dedicated();
    if (!groups.ok) return connectProblem(groups.failure);
    opened.push(groups.value);
    return read({ pages: pages.value, groups: groups.value });
  }
}
