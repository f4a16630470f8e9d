import type { Profile } from './profile.js';
import type { User } from './user.js';

/** A user as decisions see one. */
export type DecidingUser = Pick<
  User,
  | 'id'
  | 'createdAt'
  | 'username'
  | 'userstore'
  | 'email'
  | 'emailVerified'
  | 'attributes'
  | 'assignments'
  | 'confirmations'
  | 'blocks'
> & { readonly profile: Pick<Profile, 'locale' | 'zoneinfo'> };

/**
 * What history keeps of a user: all that decisions read, including assignments and the fields of segment rules. `createdAt` never
 * changes; it is for the time after the user is removed.
 */
export type UserAccess = ReturnType<typeof decidingAccess>;

export function decidingAccess({ profile, ...user }: Omit<DecidingUser, 'id'>) {
  const { createdAt, username, userstore, blocks, email, emailVerified, attributes, assignments } = user;
  const { locale, zoneinfo } = profile;
  return {
    ...{ createdAt, username, userstore, blocks, emailVerified, attributes, assignments },
    ...(email !== undefined && { email }),
    ...(locale !== undefined && { locale }),
    ...(zoneinfo !== undefined && { zoneinfo }),
  };
}
