import { accessSentences } from './english/access.js';
import { changeSentences } from './english/changes.js';
import { clientSentences } from './english/clients.js';
import { connectorSentences } from './english/connectors.js';
import { decisionSentences } from './english/decisions.js';
import { expressionSentences } from './english/expressions.js';
import { groupSentences } from './english/groups.js';
import { inputSentences } from './english/input.js';
import { ldapSentences } from './english/ldap.js';
import { limitationSentences } from './english/limitations.js';
import { mappingSentences } from './english/mapping.js';
import { oidcSentences } from './english/oidc.js';
import { samlSentences } from './english/saml.js';
import { oauth2Sentences } from './english/oauth2.js';
import { realmFileSentences } from './english/realm-file.js';
import { resourceServerSentences } from './english/resource-servers.js';
import { settingsSentences } from './english/settings.js';
import { textSentences } from './english/texts.js';
import { userSentences } from './english/users.js';
import type { Sentences } from './sentences.js';

export const english: Sentences = {
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
