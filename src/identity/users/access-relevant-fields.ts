import type { User } from './user.js';

/** What of a user decisions look at, assignments and the rules of segments among them, and that can change. */
export function decidingAccess({ state, email, emailVerified, profile, attributes, assignments }: User) {
  const { locale, zoneinfo } = profile;
  return {
    ...{ state, emailVerified, attributes, assignments },
    ...(email !== undefined && { email }),
    ...(locale !== undefined && { locale }),
    ...(zoneinfo !== undefined && { zoneinfo }),
  };
}
