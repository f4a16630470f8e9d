import type { RedirectKind, RedirectParts } from '../../contract/connector-kind.js';
import type { RedirectBegun, RedirectConnector, RedirectOutcome } from '../../contract/redirect-connector.js';
import { ReportedHealth } from '../../health/reported-health.js';
import { NOT_OF_THE_PROVIDER } from '../client/faults.js';
import { faultOf, isDenial } from '../client/library-faults.js';
import { refreshing } from '../client/refreshing.js';
import { beginAuthorization } from './begin-sign-in.js';
import { completeAuthorization } from './complete-sign-in.js';
import { OAuth2Client } from './oauth2-client.js';
import { type OAuth2Settings, oauth2Settings } from './oauth2-settings.js';
import { standardClaims } from '../presets/standard-claims.js';
import { oauth2Presets } from './presets/presets.js';
import { refreshPerson } from './refresh.js';
import { testEndpoints } from './test-endpoints.js';

/** A provider that speaks OAuth 2 (RFC 6749) without OpenID Connect: who signed in is read from its API. */
export const oauth2Kind: RedirectKind<OAuth2Settings> = {
  kind: 'oauth2',
  signsInBy: 'redirect',
  tellsNoTime: true,
  settings: oauth2Settings,
  presets: oauth2Presets,
  mapping: standardClaims,
  idsDependOn: ({ connection: { authorizationEndpoint, clientId }, subject }) =>
    new Map([
      ['connection.authorizationEndpoint', authorizationEndpoint],
      ['connection.clientId', clientId],
      ['subject.id', subject.id.join(' ')],
    ]),
  create: oauth2Connector,
};

function oauth2Connector(parts: RedirectParts<OAuth2Settings>): RedirectConnector {
  const { id, addresses, report } = parts;
  const client = new OAuth2Client(parts);
  const health = new ReportedHealth(report, NOT_OF_THE_PROVIDER);
  const { answered, failed } = health;

  return {
    ...{ signsInBy: 'redirect', id },
    async begin(request): Promise<RedirectBegun> {
      try {
        return { kind: 'begun', ...(await beginAuthorization(client, addresses.callback, request)) };
      } catch (error) {
        return failed(faultOf(error));
      }
    },
    async complete(answer): Promise<RedirectOutcome> {
      try {
        const { isCut, identity } = await completeAuthorization(client, parts, answer);
        answered();
        if (isCut) report({ reason: 'too-many-values' });
        return { kind: 'ok', identity };
      } catch (error) {
        return isDenial(error) ? { kind: 'denied' } : failed(faultOf(error));
      }
    },
    ...(parts.settings.connection.keepRefreshTokens && {
      refresh: refreshing((asked) => refreshPerson(client, parts.claims ?? [], asked), health),
    }),
    test: () => testEndpoints(client),
    health: () => health.health(),
    close: () => Promise.resolve(),
  };
}
