import type { LookupOutcome } from '../../federation/contract/connector-kind.js';

const LONGEST_SUBJECT = 255;

/** Whether this can be the id of a user upstream. */
export const isSubject = (text: string): boolean =>
  text !== '' && text.length <= LONGEST_SUBJECT && !/\p{Cc}/u.test(text);

/** Why nobody should be linked to this subject now; undefined if it is somebody's, who may be locked or disabled there. */
export function subjectFault(found: LookupOutcome): string | undefined {
  switch (found.kind) {
    case 'found':
    case 'locked':
    case 'disabled':
    case 'expired':
      return undefined;
    case 'unknown':
      return 'nobody there has this id';
    case 'unavailable':
    case 'upstream-error':
    case 'misconfigured':
      return `could not be looked up there: ${found.reason}`;
  }
}
