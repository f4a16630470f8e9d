import type { Effective } from '../../access/evaluation/effective.js';
import { COMPUTED_CLAIMS, type ComputedClaimName } from '../../realm/claims/computed-claims.js';

/** Computed from a person's access alone. Permissions also need their resource server. */
export type PersonClaimName = Exclude<ComputedClaimName, 'permissions'>;

const VALUES: Readonly<Record<PersonClaimName, (access: Effective) => readonly string[]>> = {
  roles: (access) => access.roles,
  groups: (access) => access.groups,
  segments: (access) => access.segments,
  userstore: ({ userstore }) => (userstore === undefined ? [] : [userstore]),
  customer_group: ({ customerGroup }) => (customerGroup === undefined ? [] : [customerGroup]),
};

/** The names in a computed claim. */
export const computedNames = (claim: PersonClaimName, access: Effective): readonly string[] => VALUES[claim](access);

/** All computed claims of a person in their usual form. A text without a name is left out. */
export const computedClaims = (access: Effective): Readonly<Record<string, readonly string[] | string>> =>
  Object.fromEntries(
    Object.entries(VALUES).flatMap(([claim, namesOf]): [string, readonly string[] | string][] => {
      const names = namesOf(access);
      if (COMPUTED_CLAIMS[claim as PersonClaimName].format === 'list') return [[claim, names]];
      return names.slice(0, 1).map((name) => [claim, name]);
    }),
  );
