import type { LdapEntry } from '../connection/answers.js';
import { entryValues } from '../entry-claims.js';

/** What directories change with each change of an entry: OpenLDAP and others, OpenLDAP alone, Active Directory. */
export const MARK_ATTRIBUTES = ['modifyTimestamp', 'entryCSN', 'uSNChanged'] as const;

/** Another text after each change of the entry; undefined: the directory tells none. */
export function changeMark(entry: LdapEntry): string | undefined {
  const marks = MARK_ATTRIBUTES.flatMap((name) => entryValues(entry, name).map((value) => `${name}=${value}`));
  return marks.length > 0 ? marks.join(' ').slice(0, LONGEST_MARK) : undefined;
}

const LONGEST_MARK = 255;
