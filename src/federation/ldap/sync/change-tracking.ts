import type { Filter } from 'ldapts';
import type { LdapEntry } from '../connection/answers.js';
import type { ReadingSession } from './reading-session.js';

/** One way in which directories tell what changed. */
export interface ChangeTracking {
  /** Asked before everybody is read. Undefined: the directory does not tell enough, so everybody is read the next time, too. */
  begin(session: ReadingSession): Promise<ReadingChanges | undefined>;
  /** Asked before the changes since a mark are read. */
  resume(session: ReadingSession, mark: string): Promise<ResumedChanges | MarkLost>;
}

/** Follows one reading. */
export interface ReadingChanges {
  /** Told each entry that is read. */
  note(entry: LdapEntry): void;
  /** Where the next reading of changes begins. */
  mark(): string;
  /** What changes after this reading began. Absent: the directory cannot be asked for that. */
  readonly since?: Filter;
}

export interface ResumedChanges extends ReadingChanges {
  readonly kind: 'resumed';
  /** Who changed after the mark. */
  readonly changed: Filter;
  /** The ids of whoever changed after the mark, in the bases or not, and of the deleted. Absent: the directory does not tell them. */
  readonly everywhere?: readonly string[];
}

export interface MarkLost {
  readonly kind: 'mark-lost';
  readonly reason: string;
}

export const markLost = (reason: string): MarkLost => ({ kind: 'mark-lost', reason });
