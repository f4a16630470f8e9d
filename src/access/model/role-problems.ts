export {};

/** A role by its name, and another one that it has to do with. */
interface TwoRoles {
  readonly role: string;
  readonly other: string;
}

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'role-name-twice': TwoRoles;
    /** `alias`: another name of the role `role`, or its own. */
    'role-alias-taken': { readonly alias: string; readonly role: string };
    'role-name-is-alias': { readonly name: string; readonly role: string };
    'role-unknown-role': TwoRoles;
    'role-excludes-itself': { readonly role: string };
    'role-excludes-everyone': { readonly role: string };
    'everyone-excludes': NoParams;
    'role-circle': { readonly names: readonly string[] };
    'role-brings-excluded': TwoRoles;
    'role-brings-both': { readonly role: string; readonly both: readonly [string, string] };
    'role-unknown-resource-server': { readonly role: string; readonly resourceServer: string };
    'role-name-fixed': { readonly role: string };
    'role-built-in': { readonly role: string };
    'role-audience-form': NoParams;
    'administrator-policies': NoParams;
    'last-administrator': NoParams;
    /** None would be left who signs in by a password of ours, without a directory. */
    'administrator-way-in': NoParams;
  }
}
