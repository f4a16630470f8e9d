import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { plainAttributes } from './attribute-names.js';

/** Attributes are those that the administrator adds to the application at Okta; `userId` is the id of the user there. */
export const oktaSaml: ConnectorPreset = {
  subject: { attribute: 'userId', groups: 'groups' },
  mapping: plainAttributes,
};
