import type { Block } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import { type Assignment, withAssignmentSources } from '../../base/assignment.js';
import { assignmentReferences } from '../../base/assignment-references.js';
import type { Confirmation } from '../../base/confirmation.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { Attribute, Profile } from './profile.js';

/** A person, device or program. Credentials are stored separately, so that reading a user never reads a hash. */
export type User = {
  id: string;
  createdAt: Instant;
  /** When this version of the fields that affect access began. */
  since: Instant;
  /** Who forbids this user to sign in; at most one block for each cause. See `isBlocked`. */
  blocks: Block[];
  /** Whether there is a block, possibly one that has ended. Processes of the previous release decide by it, and nothing else does. */
  state: UserState;
  /** Where the user's password and profile are: `primary` is Gatehouse. */
  userstore: string;
  /** As the owner writes it; the identifier collection holds the normalized form. */
  username: string;
  profile: Profile;
  email?: string;
  emailVerified: boolean;
  /**
   * Required at the next sign-in, before it finishes. Stored here and not beside the password, so that a sign-in reads it with
   * the user.
   */
  mustChangePassword?: boolean;
  /** When profile or address last changed; absent: not since the user was created. */
  profileChangedAt?: Instant;
  attributes: Attribute[];
  /** All assignments of the user. At most 1,000. */
  assignments: Assignment[];
  /** The last confirmation by each connector, written at most once an hour. Absent: none. Not in history. */
  confirmations?: Confirmation[];
  /** Every group above the user. An index field: no decision relies on it. */
  within: string[];
  /** Every role assigned directly. An index field: no decision relies on it. */
  roleIds: string[];
  /** Every realm file that maintains an assignment of the user. An index field: no decision relies on it. */
  files?: string[];
  /** Other targets of the assignments, as `assignmentReferences` writes them. An index field: no decision relies on it. */
  refersTo?: string[];
  /** The segments of the user, possibly outdated. An index field: no decision relies on it. */
  segments?: string[];
  /** The earliest `validUntil` of the assignments. An index field: no decision relies on it. */
  nextExpiry?: Instant;
  /** Word prefixes for searches. An index field. */
  terms: string[];
  /**
   * The time of the last sign-out everywhere, possibly from a clock that was ahead. Raised at each sign-out, it is also the
   * epoch that sessions and grants are compared with: see `sessions/sign-out-epoch`.
   */
  signedOutAt?: Instant;
  /** When the second factor was enrolled (see `second-factor`); absent: there is none. */
  secondFactorSince?: Instant;
  /** Its methods, in the order in which they were enrolled. Absent: TOTP, if there is a second factor. */
  secondFactorMethods?: string[];
};

export type UserState = 'active' | 'disabled';

/** The previous version knows one block, of the administrator, and leaves the field of blocks unchanged. */
function blocksOfState(user: JsonObject): JsonObject {
  const { state, since, blocks = [] } = user as Pick<User, 'state' | 'since'> & { readonly blocks?: Block[] };
  if (state !== 'disabled') return { ...user, blocks: [] };
  return { ...user, blocks: blocks.length > 0 ? blocks : [{ by: 'administrator', since }] };
}

export const ASSIGNMENT_LIMIT = 1000;

export const users = spec<User>()({
  name: 'users',
  scope: 'realm',
  revalidated: true,
  version: 7,
  migrations: {
    // A background job computes the segments.
    2: (user: JsonObject) => ({ segments: [], ...user }),
    // No realm file maintains assignments yet.
    3: (user: JsonObject) => withAssignmentSources({ files: [], ...user }),
    // The previous version leaves the field unchanged: it is always recomputed.
    4: (user: JsonObject) => ({
      ...user,
      refersTo: assignmentReferences(user['assignments'] as unknown as Assignment[]),
    }),
    5: (user: JsonObject) => ({ userstore: PRIMARY_STORE, ...user }),
    6: blocksOfState,
    // The userstore became an index field.
    7: (user: JsonObject) => user,
  },
  indexed: {
    username: 'string',
    createdAt: 'number',
    within: 'strings',
    roleIds: 'strings',
    segments: 'strings',
    files: 'strings',
    refersTo: 'strings',
    nextExpiry: 'number',
    terms: 'strings',
    state: 'string',
    userstore: 'string',
  },
  // Processes of the previous release read and write it under this name.
  storedAs: { assignments: 'edges' },
  audited: [
    'username',
    'userstore',
    'blocks',
    'profile',
    'email',
    'emailVerified',
    'mustChangePassword',
    'attributes',
    'assignments',
    'signedOutAt',
    'secondFactorSince',
    'secondFactorMethods',
  ],
  unique: {},
  queries: {
    all: { order: 'username' },
    byTerm: { contains: 'terms', order: 'username' },
    byGroup: { contains: 'within', order: 'username' },
    byReference: { contains: 'refersTo', order: 'username' },
    byRole: { contains: 'roleIds', order: 'username' },
    byFile: { contains: 'files', order: 'username' },
    bySegment: { contains: 'segments', order: 'username' },
    byUserstore: { equal: ['userstore'], order: 'username' },
    byState: { equal: ['state'], order: 'username' },
    expiring: { order: 'nextExpiry' },
  },
});
