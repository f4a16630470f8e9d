import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { adfs } from './adfs.js';
import { entraId } from './entra-id.js';
import { googleWorkspace } from './google-workspace.js';
import { keycloakSaml } from './keycloak.js';
import { oktaSaml } from './okta.js';
import { simpleSamlPhp } from './simplesamlphp.js';

/** By the name that an administrator writes. */
export const samlPresets: ReadonlyMap<string, ConnectorPreset> = new Map([
  ['entra-id', entraId],
  ['adfs', adfs],
  ['okta', oktaSaml],
  ['google-workspace', googleWorkspace],
  ['keycloak', keycloakSaml],
  ['simplesamlphp', simpleSamlPhp],
]);
