export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    // What an administrator wrote wrongly.
    'mapping-field-unknown': { readonly field: string; readonly meant?: string };
    'mapping-pattern-form': { readonly most: number };
    /** It has more placeholders than there are in what it is filled from. */
    'mapping-template-form': { readonly most: number };
    'mapping-to-without-pattern': NoParams;
    'mapping-constant-name': { readonly field: 'username' | 'email' };
    'mapping-dn-form': NoParams;
    /** No group of the upstream could lead to this name of the list. */
    'mapping-name-unreachable': { readonly name: string };
    'mapping-email-verified-unused': { readonly trust: 'never' | 'always' };
    'mapping-email-claim-only': NoParams;
    'mapping-phone-number-missing': NoParams;

    // Why a step of a mapping set nothing.
    'mapping-claim-missing': { readonly claim: string };
    /** The claim has no such part. */
    'mapping-part-missing': { readonly claim: string };
    'mapping-no-value': NoParams;
    'mapping-pattern-differs': { readonly pattern: string };
    'mapping-value-too-long': { readonly most: number };
    'mapping-too-many-values': { readonly values: number; readonly attributes: number };
    'mapping-values-differ': NoParams;
    'mapping-no-boolean': NoParams;
    'mapping-set-before': { readonly field: string };
    /** There is no such value that could be verified. */
    'mapping-nothing-to-verify': { readonly field: 'email' | 'phoneNumber' };
    'mapping-email-unverified': NoParams;
    'mapping-several-addresses': NoParams;
    'mapping-no-group': NoParams;
    'mapping-groups-not-told': NoParams;
    'mapping-not-listed': { readonly name: string };
    'mapping-group-id-form': NoParams;
    /** It can't be mirrored: nothing but its name says which group it is. */
    'mapping-group-without-id': NoParams;
    'mapping-level-not-told': NoParams;
    'mapping-level-differs': { readonly level: string };
    'mapping-more-alike': { readonly count: number };
  }
}
