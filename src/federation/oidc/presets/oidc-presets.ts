import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { apple } from './apple.js';
import { auth0 } from './auth0.js';
import { discord } from './discord.js';
import { gitlab } from './gitlab.js';
import { google } from './google.js';
import { keycloak } from './keycloak.js';
import { linkedin } from './linkedin.js';
import { microsoft, microsoftPersonal, microsoftTenants } from './microsoft.js';
import { okta } from './okta.js';
import { slack } from './slack.js';

/** By the name that an administrator writes. */
export const oidcPresets: ReadonlyMap<string, ConnectorPreset> = new Map([
  ['google', google],
  ['microsoft', microsoft],
  ['microsoft-tenants', microsoftTenants],
  ['microsoft-personal', microsoftPersonal],
  ['apple', apple],
  ['gitlab', gitlab],
  ['linkedin', linkedin],
  ['discord', discord],
  ['slack', slack],
  ['okta', okta],
  ['auth0', auth0],
  ['keycloak', keycloak],
]);
