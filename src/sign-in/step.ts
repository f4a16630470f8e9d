import type { Missing } from './facts.js';
import type { SignInRefusal } from './interaction.js';

/** What must happen next; decided by `nextStep` alone, and no step names the one that follows it. */
export type Step =
  | { readonly kind: 'authenticate' }
  | { readonly kind: 'consent'; readonly missing: Missing }
  | { readonly kind: 'finish' }
  | { readonly kind: 'refuse'; readonly error: SignInRefusal };
