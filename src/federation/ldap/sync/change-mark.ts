import type { LdapEntry } from '../connection/answers.js';
import { entryValues } from '../entry-claims.js';

/** What directories change with each change of an entry: OpenLDAP and others, OpenLDAP alone, Active Directory. */
export const MARK_ATTRIBUTES = ['modifyTimestamp', 'entryCSN', 'uSNChanged'] as const;

/** Another text after each change of the entry; undefined: the directory tells none. */
export function changeMark(entry: LdapEntry): string | undefined {
  const marks = MARK_ATTRIBUTES.flatMap((name) => entryValues(entry, name).map((value) => `${name}=${value}`));
  return marks.length > 0 ? marks.join(' ').slice(0, LONGEST_MARK) : undefined;
}

/** Whether the entry has this mark, and no change can have left the mark as it was: two changes of one second have one `modifyTimestamp`. */
export const isUnchanged = (entry: LdapEntry, before: string | undefined): boolean =>
  before !== undefined && EXACT.test(before) && before.length < LONGEST_MARK && changeMark(entry) === before;

/** Each change has another one of these. */
const EXACT = /(?:^| )(?:entryCSN|uSNChanged)=/;

const LONGEST_MARK = 255;
