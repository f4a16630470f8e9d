import type { ConnectorPreset } from '../../contract/connector-kind.js';

/** Google sends no id: only the address and what the administrator maps. It signs the assertion, or the response where a box is ticked. */
export const googleWorkspace: ConnectorPreset = {
  connection: { signed: 'any', logout: 'never' },
  subject: { nameId: 'any', groups: 'groups' },
  mapping: {
    profile: [
      { field: 'username', from: 'nameId', case: 'lower' },
      { field: 'givenName', from: 'givenName' },
      { field: 'familyName', from: 'familyName' },
      { field: 'email', from: 'nameId' },
    ],
  },
};
