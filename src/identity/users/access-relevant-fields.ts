import type { User } from './user.js';

/** The fields of a user that decisions read and that can change, including assignments and the fields of segment rules. */
export function decidingAccess({ state, email, emailVerified, profile, attributes, assignments }: User) {
  const { locale, zoneinfo } = profile;
  return {
    ...{ state, emailVerified, attributes, assignments },
    ...(email !== undefined && { email }),
    ...(locale !== undefined && { locale }),
    ...(zoneinfo !== undefined && { zoneinfo }),
  };
}
