import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { microsoftClaims } from './attribute-names.js';

/** Who somebody is comes by a claim rule: the guide gives one that sends `objectGUID` as a persistent name identifier. */
export const adfs: ConnectorPreset = {
  subject: { groups: 'http://schemas.xmlsoap.org/claims/Group' },
  mapping: microsoftClaims,
};
