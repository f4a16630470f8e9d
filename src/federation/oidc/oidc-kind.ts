import type { RedirectKind, RedirectParts } from '../contract/connector-kind.js';
import type { ReadLogout, RedirectBegun, RedirectConnector, RedirectOutcome } from '../contract/redirect-connector.js';
import { ReportedHealth } from '../health/reported-health.js';
import { beginSignIn } from './begin-sign-in.js';
import { completeSignIn } from './complete-sign-in.js';
import { NOT_LET_IN, NOT_OF_THE_PROVIDER } from './client/faults.js';
import { faultOf, isDenial } from './client/library-faults.js';
import { refreshing } from './client/refreshing.js';
import { type OidcSettings, oidcSettings } from './settings/oidc-settings.js';
import { oidcPresets } from './presets/oidc-presets.js';
import { standardClaims } from './presets/standard-claims.js';
import { Provider } from './provider.js';
import { readLogout } from './sign-out/read-logout.js';
import { refreshIdentity } from './refresh.js';
import { signOutAddress } from './sign-out/sign-out-address.js';
import { testProvider } from './test-provider.js';

/** Any OpenID provider (OpenID Connect Core 1.0), by the authorization code flow. */
export const oidcKind: RedirectKind<OidcSettings> = {
  kind: 'oidc',
  signsInBy: 'redirect',
  settings: oidcSettings,
  presets: oidcPresets,
  mapping: standardClaims,
  idsDependOn: ({ connection: { issuer, clientId }, subject }) =>
    new Map([
      ['connection.issuer', issuer],
      ['connection.clientId', clientId],
      // Whoever is linked by the former id is still recognized.
      ['subject.id', (subject.formerId ?? subject.id).join(' ')],
    ]),
  create: oidcConnector,
};

function oidcConnector(parts: RedirectParts<OidcSettings>): RedirectConnector {
  const { id, settings, secret, fetch, claims = [], report } = parts;
  const provider = new Provider({ settings, fetch, ...(secret !== undefined && { secret }) });
  const health = new ReportedHealth(report, NOT_OF_THE_PROVIDER);
  const { answered, failed } = health;

  const { logout, keepRefreshTokens } = settings.connection;
  return {
    ...{ signsInBy: 'redirect', id },
    async begin(request): Promise<RedirectBegun> {
      try {
        return { kind: 'begun', ...(await beginSignIn(provider, parts, request)) };
      } catch (error) {
        return failed(faultOf(error));
      }
    },
    async complete(answer): Promise<RedirectOutcome> {
      try {
        const { isCut, ...signedIn } = await completeSignIn(provider, parts, answer);
        answered();
        if (isCut) report({ reason: 'too-many-values' });
        return { kind: 'ok', ...signedIn };
      } catch (error) {
        if (isDenial(error)) return { kind: 'denied' };
        const fault = faultOf(error);
        if (NOT_LET_IN.has(fault.reason)) {
          health.reported(fault);
          return { kind: 'denied' };
        }
        // The provider may have moved its endpoints.
        if (!NOT_OF_THE_PROVIDER.has(fault.reason)) provider.forget();
        return failed(fault);
      }
    },
    ...(keepRefreshTokens && {
      refresh: refreshing((asked) => refreshIdentity(provider, settings, claims, asked), health),
    }),
    async readLogout(message): Promise<ReadLogout> {
      try {
        return await readLogout(provider, settings, message);
      } catch (error) {
        return failed(faultOf(error));
      }
    },
    ...(logout !== 'never' && {
      signOut: {
        when: logout,
        async address(request) {
          try {
            return await signOutAddress(provider, parts, request);
          } catch (error) {
            failed(faultOf(error));
            return undefined;
          }
        },
      },
    }),
    test: () => testProvider(provider),
    health: () => health.health(),
    close: () => Promise.resolve(),
  };
}
