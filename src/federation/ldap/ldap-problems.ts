export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'ldap-server-form': NoParams;
    /** `ldap://` without TLS to another machine. */
    'ldap-plain-text': { readonly server: string };
    'ldap-ca-form': NoParams;
    'ldap-dn-form': NoParams;
    'ldap-filter-form': NoParams;
    'ldap-attribute-form': NoParams;
    'ldap-template-form': NoParams;
    /** Not exactly one of the ways to find the entry of a user. */
    'ldap-search-account': NoParams;
    /** Groups inside groups are found by their DN, and `memberUid` has none. */
    'ldap-nested-member-uid': NoParams;
  }
}
