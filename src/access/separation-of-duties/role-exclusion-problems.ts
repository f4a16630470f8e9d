/** How somebody comes to hold a role. */
export interface RoleHeld {
  readonly role: string;
  /** The role that includes it. */
  readonly within?: string;
  readonly throughGroup?: string;
}

/** The holder of both roles after the change. */
export type HolderOfBoth =
  | { readonly kind: 'members'; readonly group: string }
  | { readonly kind: 'client'; readonly id: string }
  /** `more`: at least so many others. */
  | { readonly kind: 'user'; readonly username: string; readonly more: number };

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'roles-exclude-each-other': { readonly held: readonly [RoleHeld, RoleHeld]; readonly holder?: HolderOfBoth };
    /** More people would have to be looked at than is done in one change. */
    'too-many-to-check': { readonly roles: readonly [string, string]; readonly most: number };
  }
}
