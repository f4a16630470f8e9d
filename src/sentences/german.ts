import { accessSentences } from './german/access.js';
import { changeSentences } from './german/changes.js';
import { clientSentences } from './german/clients.js';
import { connectorSentences } from './german/connectors.js';
import { decisionSentences } from './german/decisions.js';
import { expressionSentences } from './german/expressions.js';
import { groupSentences } from './german/groups.js';
import { inputSentences } from './german/input.js';
import { ldapSentences } from './german/ldap.js';
import { limitationSentences } from './german/limitations.js';
import { mappingSentences } from './german/mapping.js';
import { oidcSentences } from './german/oidc.js';
import { samlSentences } from './german/saml.js';
import { oauth2Sentences } from './german/oauth2.js';
import { realmFileSentences } from './german/realm-file.js';
import { resourceServerSentences } from './german/resource-servers.js';
import { settingsSentences } from './german/settings.js';
import { textSentences } from './german/texts.js';
import { userSentences } from './german/users.js';
import type { Sentences } from './sentences.js';

export const german: Sentences = {
  ...accessSentences,
  ...changeSentences,
  ...clientSentences,
  ...connectorSentences,
  ...decisionSentences,
  ...expressionSentences,
  ...groupSentences,
  ...inputSentences,
  ...ldapSentences,
  ...limitationSentences,
  ...mappingSentences,
  ...oidcSentences,
  ...samlSentences,
  ...oauth2Sentences,
  ...realmFileSentences,
  ...resourceServerSentences,
  ...settingsSentences,
  ...textSentences,
  ...userSentences,
};
