import type { User } from './user.js';

/** What of a user decisions look at, edges and the rules of segments among them, and that can change. */
export function decidingAccess({ state, email, emailVerified, profile, attributes, edges }: User) {
  const { locale, zoneinfo } = profile;
  return {
    ...{ state, emailVerified, attributes, edges },
    ...(email !== undefined && { email }),
    ...(locale !== undefined && { locale }),
    ...(zoneinfo !== undefined && { zoneinfo }),
  };
}
