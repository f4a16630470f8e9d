import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { microsoftClaims } from './attribute-names.js';

const MICROSOFT = 'http://schemas.microsoft.com/identity/claims/';

/** The object id never changes and is never reused; the name identifier is a user principal name by default, which may be. */
export const entraId: ConnectorPreset = {
  subject: {
    attribute: `${MICROSOFT}objectidentifier`,
    groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  },
  mapping: {
    ...microsoftClaims,
    profile: [...microsoftClaims.profile, { field: 'name', from: `${MICROSOFT}displayname` }],
  },
};
