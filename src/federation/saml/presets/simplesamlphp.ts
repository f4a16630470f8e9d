import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { directoryAttributes } from './attribute-names.js';

/** Universities send attributes by their object identifiers. */
export const simpleSamlPhp: ConnectorPreset = {
  connection: { nameIdFormat: 'persistent' },
  mapping: directoryAttributes,
};
