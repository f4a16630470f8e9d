import type { Block } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import type { Confirmation } from '../../base/confirmation.js';
import type { NewLink } from '../links/identity-link.js';
import type { Assignment } from '../../base/assignment.js';
import { newId } from '../../base/crypto/ids.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { Attribute, Profile } from './profile.js';
import { indexOf } from './user-index.js';
import type { User } from './user.js';

export interface NewUser {
  /** Chosen by an administrator; an id that any user ever had is refused. Absent: a random one. */
  readonly id?: string;
  readonly username: string;
  /** Absent: `primary`. */
  readonly userstore?: string;
  readonly profile?: Profile;
  readonly email?: string;
  /** Only a verified address works for sign-in and is reserved. */
  readonly emailVerified?: boolean;
  readonly attributes?: readonly Attribute[];
  readonly assignments?: readonly Assignment[];
  readonly blocks?: readonly Block[];
  readonly confirmations?: readonly Confirmation[];
  /** The subject of an upstream that this user is. */
  readonly link?: NewLink;
  readonly password?: NewPassword | ImportedPassword;
}

/** A hash from another program (see `imported-hash`). */
export interface ImportedPassword {
  readonly importedHash: string;
  readonly mustChange?: boolean;
}

export interface NewPassword {
  readonly clear: string;
  /** Generated, not chosen by the user. */
  readonly generated: boolean;
  /** The user has to choose another one at the next sign-in. */
  readonly mustChange?: boolean;
}

/** The document of a new user, in no segment yet. @param within every group above the user, direct or indirect */
export function newUser(wanted: NewUser, within: readonly string[], at: Instant): User {
  const named = {
    username: wanted.username,
    profile: { ...wanted.profile },
    ...(wanted.email !== undefined && { email: wanted.email }),
    assignments: [...(wanted.assignments ?? [])],
    blocks: [...(wanted.blocks ?? [])],
  };
  return {
    ...named,
    id: wanted.id ?? newId(),
    createdAt: at,
    since: at,
    userstore: wanted.userstore ?? PRIMARY_STORE,
    emailVerified: wanted.email !== undefined && wanted.emailVerified === true,
    ...(wanted.confirmations && { confirmations: [...wanted.confirmations] }),
    ...(wanted.password?.mustChange === true && { mustChangePassword: true }),
    attributes: [...(wanted.attributes ?? [])],
    ...indexOf(named, within),
  };
}
