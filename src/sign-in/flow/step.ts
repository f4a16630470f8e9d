import type { Missing } from './facts.js';
import type { SignInRefusal } from '../interaction.js';
import type { RequiredAction } from './required-action.js';

/** The next step, decided by `nextStep` alone, and no step names the one that follows it. */
export type Step =
  | { readonly kind: 'authenticate' }
  /** Go on as who is signed in, or as somebody else. */
  | { readonly kind: 'choose-account' }
  /** The code of a second factor that the person has. */
  | { readonly kind: 'second-factor' }
  | { readonly kind: 'required-action'; readonly action: RequiredAction }
  | { readonly kind: 'consent'; readonly missing: Missing }
  | { readonly kind: 'finish' }
  | { readonly kind: 'refuse'; readonly error: SignInRefusal };
