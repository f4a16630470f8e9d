import type { Identifier } from './identifier.js';

/** A username or an e-mail address. */
type OfIdentifier = { readonly of: Identifier['kind'] };

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'identifier-too-long': OfIdentifier;
    'identifier-above-bytes': OfIdentifier & { readonly most: number };
    'identifier-unstable': OfIdentifier;
    'identifier-empty': OfIdentifier;
    'identifier-spaces': OfIdentifier;
    'identifier-slashes': OfIdentifier;
    /** `character` as `U+202E`. */
    'identifier-character': OfIdentifier & { readonly character: string };
    'identifier-combining-mark': OfIdentifier;
    'identifier-directions': OfIdentifier;
    'identifier-at-sign': OfIdentifier;
    'identifier-no-email': OfIdentifier;
    /** It looks like the name of somebody else, in another alphabet. */
    'username-lookalike': { readonly other: string };
    'identifier-taken': OfIdentifier & { readonly value: string };
    'username-or-email-taken': NoParams;
  }
}
