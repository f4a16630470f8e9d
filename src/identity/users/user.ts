import type { Instant } from '../../base/clock.js';
import { type Assignment, withAssignmentSources } from '../../base/assignment.js';
import { assignmentReferences } from '../../base/assignment-references.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { Attribute, Profile } from './profile.js';

/** A person, device or program. Credentials are kept apart, so that reading a user never reads a hash. */
export type User = {
  id: string;
  createdAt: Instant;
  /** When this version of what decides access began. */
  since: Instant;
  state: UserState;
  /** Where the user's password and profile live: `primary` is ours. */
  userstore: string;
  /** As its owner writes it; the identifier table holds the folded form. */
  username: string;
  profile: Profile;
  email?: string;
  emailVerified: boolean;
  /** At the next sign-in, before it is finished. Here and not beside the password, so that a sign-in reads it with the user. */
  mustChangePassword?: boolean;
  /** When profile or address last changed; absent: never since the user was made. */
  profileChangedAt?: Instant;
  attributes: Attribute[];
  /** Everything that leads this user to access. At most 1,000. */
  assignments: Assignment[];
  /** Every group above the user. An index field: no decision trusts it. */
  within: string[];
  /** Every role assigned directly. An index field: no decision trusts it. */
  roleIds: string[];
  /** Every realm file that keeps an assignment of the user's. An index field: no decision trusts it. */
  files?: string[];
  /** What else the assignments name, as `assignmentReferences` says. An index field: no decision trusts it. */
  refersTo?: string[];
  /** The segments that the user is in, or was a while ago. An index field: no decision trusts it. */
  segments?: string[];
  /** The nearest `validUntil` of the assignments. An index field: no decision trusts it. */
  nextExpiry?: Instant;
  /** Word prefixes to search by. An index field. */
  terms: string[];
  /**
   * When everything of theirs last ended; a clock that was ahead may have said so. Raised at each sign-out, it is also the epoch that
   * sessions and grants are compared with: see `sessions/sign-out-epoch`.
   */
  signedOutAt?: Instant;
  /** There is a second factor (see `second-factor`), enrolled then. */
  secondFactorSince?: Instant;
};

export type UserState = 'active' | 'disabled';

export const ASSIGNMENT_LIMIT = 1000;

export const users = spec<User>()({
  name: 'users',
  scope: 'realm',
  version: 5,
  migrations: {
    // Who is in which is found out in the background.
    2: (user: JsonObject) => ({ segments: [], ...user }),
    // No realm file keeps anything yet.
    3: (user: JsonObject) => withAssignmentSources({ files: [], ...user }),
    // A version before leaves it as it was: what it says is always made anew.
    4: (user: JsonObject) => ({
      ...user,
      refersTo: assignmentReferences(user['assignments'] as unknown as Assignment[]),
    }),
    5: (user: JsonObject) => ({ userstore: PRIMARY_STORE, ...user }),
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
  },
  // Processes of the release before read and write it under this name.
  storedAs: { assignments: 'edges' },
  audited: [
    'username',
    'userstore',
    'state',
    'profile',
    'email',
    'emailVerified',
    'mustChangePassword',
    'attributes',
    'assignments',
    'signedOutAt',
    'secondFactorSince',
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
    byState: { equal: ['state'], order: 'username' },
    expiring: { order: 'nextExpiry' },
  },
});
