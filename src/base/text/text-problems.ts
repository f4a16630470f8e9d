/** The texts that are checked, each named by the sentence that refuses one. */
export type TextName =
  | 'attribute-name'
  | 'attribute-value'
  | 'claim-name'
  | 'client-name'
  | 'connector-name'
  | 'contact'
  | 'description'
  | 'group-name'
  | 'instance-id'
  | 'instance-type'
  | 'pattern'
  | 'realm-name'
  | 'reason'
  | 'resource-server-name'
  | 'role-name'
  | 'segment-group'
  | 'username'
  | 'value';

/** Scripts with letters that look like one another's. */
export type Alphabet = 'Latin' | 'Greek' | 'Cyrillic' | 'Armenian' | 'Cherokee' | 'Coptic';

declare module '../problems/problem.js' {
  interface ProblemParams {
    'text-too-long': { readonly text: TextName; readonly most: number };
    /** `character` as `U+202E`. */
    'control-character': { readonly text: TextName; readonly character: string };
    'blank-text': { readonly text: TextName };
    'unseen-character': { readonly text: TextName; readonly character: string };
    'empty-text': { readonly text: TextName };
    'odd-space': { readonly text: TextName };
    'not-composed': { readonly text: TextName };
    /** A letter that is another way to write `plain`. */
    'compatibility-letter': { readonly text: TextName; readonly character: string; readonly plain: string };
    'mixed-alphabets': { readonly text: TextName; readonly alphabets: readonly [Alphabet, Alphabet] };
    'attribute-name-form': NoParams;
    /** A name that every object of JavaScript has (see `prototype-names`). */
    'prototype-name': { readonly name: string };
    /** Half of a character (a lone surrogate). */
    'half-character': NoParams;
  }
}
