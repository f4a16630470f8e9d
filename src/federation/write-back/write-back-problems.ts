import type { NewPasswordFault } from '../../identity/userstores/password-connector.js';
import type { ProfileWriteFault } from '../contract/upstream-writer.js';

/** Why fields were not changed in a directory. */
export type NotWrittenFault =
  | ProfileWriteFault
  /** The claim has further values that the field could take. */
  | 'several-values'
  /** The directory has no such person any more, or bars the account. */
  | 'barred'
  /** It could not be asked: nothing was changed. */
  | 'unavailable'
  /** It is written, and could not be read again: nothing is stored here. */
  | 'not-read';

/** Why a password was not set in a directory. */
export type NotSetFault = NewPasswordFault | 'barred' | 'unavailable';

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'directory-not-written': { readonly connector: string; readonly fault: NotWrittenFault };
    'directory-password-not-set': { readonly connector: string; readonly fault: NotSetFault };
  }
}
