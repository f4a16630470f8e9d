import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { plainAttributes } from './attribute-names.js';

/** A client there signs documents by default, and assertions where a switch is on. */
export const keycloakSaml: ConnectorPreset = {
  connection: { signed: 'any', nameIdFormat: 'persistent' },
  subject: { groups: 'groups' },
  mapping: plainAttributes,
};
