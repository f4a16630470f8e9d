import type { Missing } from './facts.js';
import type { SignInRefusal } from '../interaction.js';
import type { RequiredAction } from './required-action.js';

/** The next step. Only `nextStep` decides it, and no step names its successor. */
export type Step =
  /** Enter the name, on a page of its own. */
  | { readonly kind: 'identify' }
  | { readonly kind: 'authenticate' }
  /** Continue as the signed-in user, or as another one. */
  | { readonly kind: 'choose-account' }
  /** Say whether there is an account already, and sign in with it. */
  | { readonly kind: 'link-account' }
  /** Fill in the fields that a new account requires. */
  | { readonly kind: 'complete-profile' }
  /** The user has proved everything that a link to the pending identity needs. */
  | { readonly kind: 'link' }
  /** Enter a code of the user's second factor. */
  | { readonly kind: 'second-factor' }
  | { readonly kind: 'required-action'; readonly action: RequiredAction }
  | { readonly kind: 'consent'; readonly missing: Missing }
  | { readonly kind: 'finish' }
  | { readonly kind: 'refuse'; readonly error: SignInRefusal };
