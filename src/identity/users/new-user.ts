import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { newId } from '../../base/crypto/ids.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { Attribute, Profile } from './profile.js';
import { indexOf } from './user-index.js';
import type { User, UserState } from './user.js';

export interface NewUser {
  /** Chosen by an administrator; one that anybody ever had is refused. Absent: a random one. */
  readonly id?: string;
  readonly username: string;
  /** Absent: `primary`. */
  readonly userstore?: string;
  readonly profile?: Profile;
  readonly email?: string;
  /** Only a verified address signs in, and is taken from everyone else. */
  readonly emailVerified?: boolean;
  readonly attributes?: readonly Attribute[];
  readonly assignments?: readonly Assignment[];
  readonly state?: UserState;
  readonly password?: NewPassword | ImportedPassword;
}

/** A hash that another program made (see `imported-hash`). */
export interface ImportedPassword {
  readonly importedHash: string;
  readonly mustChange?: boolean;
}

export interface NewPassword {
  readonly clear: string;
  /** Made for its owner, who has not chosen it. */
  readonly generated: boolean;
  /** Its owner has to choose another one at their next sign-in. */
  readonly mustChange?: boolean;
}

/** The document of somebody who is new, in no segment yet. @param within every group above them, however far */
export function newUser(wanted: NewUser, within: readonly string[], at: Instant): User {
  const named = {
    username: wanted.username,
    profile: { ...wanted.profile },
    ...(wanted.email !== undefined && { email: wanted.email }),
    assignments: [...(wanted.assignments ?? [])],
  };
  return {
    ...named,
    id: wanted.id ?? newId(),
    createdAt: at,
    since: at,
    state: wanted.state ?? 'active',
    userstore: wanted.userstore ?? PRIMARY_STORE,
    emailVerified: wanted.email !== undefined && wanted.emailVerified === true,
    ...(wanted.password?.mustChange === true && { mustChangePassword: true }),
    attributes: [...(wanted.attributes ?? [])],
    ...indexOf(named, within),
  };
}
