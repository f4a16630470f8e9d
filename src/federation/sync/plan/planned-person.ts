import type { UserPatch } from '../../../identity/users/user-input.js';
import type { User } from '../../../identity/users/user.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { Stored } from '../../../storage/spec.js';
import type { ReadUser } from '../../contract/upstream-reader.js';
import type { MappedUser } from '../../mapping/map-identity.js';
import type { AccessPlan } from '../../provisioning/plan-access.js';
import type { NewUserPlan } from '../../provisioning/plan-sign-in.js';
import type { StandingChange } from '../sync-diff.js';

/** What a run would do with one person that it has read. */
export type PlannedPerson = PersonAsRead &
  (
    | ({ readonly kind: 'linked'; readonly link: Stored<IdentityLink> } & PlannedUser)
    | ({ readonly kind: 'joined' } & PlannedUser)
    | { readonly kind: 'new'; readonly made: NewUserPlan; readonly access: AccessPlan | undefined }
    /** Nothing of the person may change. */
    | { readonly kind: 'refused'; readonly reason: string; readonly userId?: string }
  ) & {
    /** The names that the person would get and somebody may have. */
    readonly wants: readonly WantedName[];
  };

export interface PersonAsRead {
  readonly base: string;
  readonly read: ReadUser;
  readonly mapped: MappedUser;
}

export interface PlannedUser {
  readonly user: Stored<User>;
  /** With the name and the verified address that the person would have if they are free. */
  readonly wished: UserPatch | undefined;
  /** Undefined: groups were not reported, or do not matter now. */
  readonly access: AccessPlan | undefined;
  readonly standing?: StandingChange;
}

/** A username or a verified address here, which only one person has. */
export interface WantedName {
  readonly of: 'username' | 'email';
  /** As sign-ins compare it. */
  readonly value: string;
  /** Who has it. `nobody`: it is free by our data. `unavailable`: no change of one person makes it free. */
  readonly holder: { readonly userId: string } | 'nobody' | 'unavailable';
}

/** Which of the wanted names the person gets. */
export interface GrantedNames {
  readonly username: boolean;
  readonly email: boolean;
}

export const ALL_GRANTED: GrantedNames = { username: true, email: true };
