import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';
import type { Admission } from './admissions.js';
import type { AdmissionFault } from './admit-identity.js';
import type { AccountFault, NewPasswordFault, UserstoreFault } from './password-connector.js';

/** What a sign-in with a typed password came to. */
export type PasswordCheck =
  /** The user may be disabled: only somebody with the right password may learn that. */
  | Extract<Admission, { readonly kind: 'ok' }>
  /** The password is right, and the person has to answer a question before there is a user. */
  | Extract<Admission, { readonly kind: 'asks' }>
  /**
   * Unknown name, no password, or wrong password, deliberately not distinguished. `user`: the owner of the name, `connector`: it
   * knows the name, and `fault`: the userstore refused without looking at the password, or was not asked; only for the audit
   * record, since whoever typed a wrong password must not learn that there is such an account.
   */
  | {
      readonly kind: 'wrong-credentials';
      readonly user?: Stored<User>;
      readonly connector?: string;
      readonly fault?: UnprovenFault;
    }
  /**
   * The password is right, and the userstore, or the rules of its connector, refuse the sign-in. `changeableAt`: the userstore that
   * requires a new password and sets it by `changePassword`.
   */
  | {
      readonly kind: 'account-refused';
      readonly fault: AccountFault | AdmissionFault;
      readonly user?: Stored<User>;
      readonly connector?: string;
      readonly changeableAt?: string;
    }
  /** The userstore could not check the password. */
  | {
      readonly kind: 'userstore-failed';
      readonly userstore: string;
      readonly fault: UserstoreFault;
      readonly reason: string;
    }
  /** The name asks for a userstore that the client does not offer. This depends on the typed text and on settings alone. */
  | { readonly kind: 'not-offered' }
  /** For known and unknown names alike. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many passwords wait to be checked. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number };

export type PasswordChangeCheck =
  | RefusedPassword
  /** The new password is set. `signIn`: what a sign-in with it came to; absent: it could not be checked yet. */
  | {
      readonly kind: 'changed';
      readonly connector: string;
      readonly signIn?: Welcome;
    }
  /** The present password is right, and the userstore did not set the new one. */
  | {
      readonly kind: 'not-changed';
      readonly fault: NewPasswordFault;
      readonly reason: string;
      readonly connector?: string;
      readonly user?: Stored<User>;
    };

/** `held-back`: the next wrong password might lock the account in its userstore, so none was sent. */
export type UnprovenFault = Extract<AccountFault, 'locked' | 'not-allowed'> | 'held-back';

export type RefusedPassword = Exclude<PasswordCheck, { readonly kind: 'ok' | 'asks' }>;

/** After the right password. */
export type Welcome = Extract<PasswordCheck, { readonly kind: 'ok' | 'asks' | 'account-refused' }>;
