import type { ReferrerSource } from '../changes/removal/referrer.js';
import { behaviours } from './activity/activity.js';
import { groups } from './groups/group.js';
import { identifiers } from './identifiers/identifier.js';
import { nameTurns } from './identifiers/lookalike-usernames.js';
import { identityLinks } from './links/identity-link.js';
import { credentials } from './passwords/credential.js';
import { secondFactors } from './second-factor/second-factor.js';
import { delays } from './throttling/throttle-entry.js';
import { users } from './users/user.js';

/** Registrations of `identity`: people, groups, and what is known about them. */
export const identity = {
  specs: [behaviours, credentials, delays, groups, identifiers, identityLinks, nameTurns, secondFactors, users],
  referrers: (services: { readonly groups: ReferrerSource; readonly users: ReferrerSource }) => [
    services.groups,
    services.users,
  ],
};
