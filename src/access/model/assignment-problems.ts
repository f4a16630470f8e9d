import type { AssignmentSource } from '../../base/assignment.js';

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'moment-form': NoParams;
    'ends-before-it-begins': NoParams;
    'given-ends-first': NoParams;
    'given-name-length': NoParams;
    'role-unknown': { readonly id: string };
    'role-of-everybody': { readonly role: string };
    'resource-server-unknown': { readonly identifier: string };
    'permission-undeclared': { readonly resourceServer: string; readonly permission: string };
    'group-is-segment': { readonly name: string };
    'group-is-customer-group': { readonly name: string };
    'group-is-no-customer-group': { readonly name: string };
    /** A person is in one customer group at a time. */
    'other-customer-group': { readonly source: AssignmentSource };
  }
}
