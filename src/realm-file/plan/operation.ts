import type { AssignmentSource, Assignment, AssignmentKind } from '../../base/assignment.js';
import type { Group } from '../../identity/groups/group.js';
import type { Role } from '../../access/model/role.js';
import type { Stored } from '../../storage/spec.js';

export type Thing = 'settings' | 'resource-server' | 'role' | 'group' | 'connector' | 'client' | 'user';

/**
 * One write of one object. An existing role or group changes in two steps, so that nobody temporarily gains access that they do
 * not have in the end. `reduce` removes before users change, `complete` adds afterwards. A connector first gives up domains that another gets.
 */
export type OperationStep =
  | 'rename'
  | 'reduce'
  | 'create'
  | 'declare'
  | 'change'
  | 'secrets'
  | 'password'
  | 'profile'
  | 'email'
  | 'assign'
  | 'complete';

export interface Operation {
  readonly thing: Thing;
  readonly name: string;
  readonly step: OperationStep;
  /** The id of an existing user, group or role. */
  readonly id?: string;
  /** Its index in the file; absent: the file does not name it. */
  readonly entry?: number;
  readonly changes: readonly PlannedChange[];
  readonly after?: PlannedState;
}

/** The state of an object that affects access after this operation. */
export type PlannedState =
  | { readonly role: Stored<Role> }
  | { readonly group: Stored<Group> }
  | { readonly holder: string; readonly before: readonly Assignment[]; readonly assignments: readonly Assignment[] };

export type PlannedChange =
  | { readonly what: 'created' }
  | { readonly what: 'renamed'; readonly from: string }
  /** For a resource server. */
  | { readonly what: 'permission-renamed'; readonly from: string; readonly to: string }
  /** `added` and `removed`: of a list, in readable form. */
  | {
      readonly what: 'field';
      readonly field: string;
      readonly added?: readonly string[];
      readonly removed?: readonly string[];
    }
  | { readonly what: 'secrets' | 'password' }
  | { readonly what: 'assigned' | 'taken' | 'adopted'; readonly assignment: AssignmentShown };

/** An assignment in readable form. */
export interface AssignmentShown {
  readonly kind: AssignmentKind;
  /** The name of a role, group or permission. */
  readonly name: string;
  readonly resourceServer?: string;
  readonly validFrom?: number;
  readonly validUntil?: number;
  readonly reason?: string;
  readonly limitations?: readonly string[];
  readonly source?: AssignmentSource;
  readonly grantedBy: string;
}

/** Something that a run reports and leaves alone. */
export interface Note {
  readonly thing: Thing;
  readonly name: string;
  /** The remark; absent: it exists. */
  readonly message?: string;
}
