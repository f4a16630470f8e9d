import type { UpstreamIdentity, UserstoreFault } from '../../identity/userstores/password-connector.js';

/**
 * Reads the users of an upstream for a synchronization, as its service account. It returns a value whatever the upstream does; only an
 * exception of `take` comes through.
 */
export interface UpstreamReader {
  /** Where users are, each read and counted on its own, such as the bases of a directory. At least one. */
  readonly bases: readonly string[];
  /** The settings that decide who is found and by which id, as one text. Another text may mean other people, or other ids. */
  readonly scope: string;
  /** Reads every user of every base. */
  all(take: TakePage): Promise<ReadingEnd>;
  /**
   * Reads the users that changed since a mark, and possibly others. `mark-lost`: nothing was read, and all have to be.
   *
   * @param markOf the `changeMark` that a user had when last read: whose mark is the same need not be read again
   */
  changed(
    since: string,
    take: TakePage,
    markOf: (subject: string) => string | undefined,
  ): Promise<ReadingEnd | { readonly kind: 'mark-lost'; readonly reason: string }>;
  /** Reads nothing but the ids of every user of every base. Absent: `changed` itself reports who is gone. */
  subjects?(take: (page: SubjectPage) => Promise<void>): Promise<ReadingEnd>;
}

/** Takes one page, and the next is read after that. A page has at most 500 users. */
export type TakePage = (page: PeoplePage) => Promise<void>;

export interface PeoplePage {
  /** One of the reader's bases. */
  readonly base: string;
  readonly users: readonly ReadUser[];
  /** Subjects that the upstream itself says it deleted. */
  readonly deleted?: readonly string[];
}

export interface SubjectPage {
  readonly base: string;
  readonly subjects: readonly string[];
}

export interface ReadUser {
  readonly identity: UpstreamIdentity;
  /** Whether the upstream lets the user sign in. */
  readonly standing: 'active' | 'locked' | 'disabled' | 'expired';
  /** Another text after each change of the user's entry. Absent: the upstream has no such mark. */
  readonly changeMark?: string;
}

export type ReadingEnd =
  /**
   * Everything was read: who was not, is not there. `mark`: where the next reading of changes begins; absent: it has to read everything.
   * `unreadable`: how many entries have no usable id.
   */
  | { readonly kind: 'complete'; readonly mark?: string; readonly unreadable: number }
  /** Some is missing, so nobody's absence may be concluded. */
  | { readonly kind: 'partial'; readonly reason: string; readonly base?: string }
  | { readonly kind: UserstoreFault; readonly reason: string; readonly base?: string };
