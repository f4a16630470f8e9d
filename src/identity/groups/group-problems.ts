export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'group-type-fixed': { readonly name: string };
    'group-unknown': { readonly id: string };
    'too-many-groups-above': { readonly most: number };
    /** The names from one group to the next, the first one again at the end. */
    'group-circle': { readonly names: readonly string[] };
    'group-in-customer-group': NoParams;
    'group-not-plain': { readonly name: string };
    /** The connector decides its name and members, and whether it exists. */
    'group-is-mirrored': { readonly name: string; readonly connector: string };
    'segment-without-rule': NoParams;
    'rule-without-segment': NoParams;
    /** `behaviour.count` with an event or a number of days that it can't have. */
    'behaviour-count-form': { readonly days: number };
  }
}
