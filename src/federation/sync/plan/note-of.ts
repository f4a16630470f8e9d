import type { LinkNotes } from '../../../identity/links/identity-link.js';
import type { PlannedPerson } from './planned-person.js';

/** What the link of the person is to say from now on; undefined: it says so already, or there is none. Pure. */
export function noteOf(person: PlannedPerson): LinkNotes | undefined {
  if (person.kind !== 'linked') return undefined;
  const { link, base, read } = person;
  const changeMark = read.changeMark ?? link.changeMark;
  if (link.base === base && link.changeMark === changeMark) return undefined;
  return { base, ...(changeMark !== undefined && { changeMark }) };
}

/** The same for the link that the person gets. */
export const firstNoteOf = ({ base, read: { changeMark } }: PlannedPerson): LinkNotes => ({
  base,
  ...(changeMark !== undefined && { changeMark }),
});
