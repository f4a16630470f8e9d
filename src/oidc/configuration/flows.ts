import type { Configuration } from 'oidc-provider';
import { TOKEN_ALGORITHMS } from '../../realm/keys/token-algorithm.js';
import { LEVELS } from '../../base/authentication-level.js';
import { assertClaimsParameter } from '../requests/claims-parameter.js';
import { requireCodeProtection } from '../requests/code-challenge.js';
import { type Deciding, policy } from '../interactions/interaction-policy.js';
import { CLIENT_ALGORITHMS } from './client-authentication.js';
import { requestObjects } from './request-objects.js';

/** The flows that are offered. OAuth 2.1 and RFC 9700: code with PKCE (or a nonce), nothing implicit, every parameter spelled out. */
export const flows = (issuerPath: string, deciding: Deciding) =>
  ({
    acrValues: [...LEVELS],
    // Kept with the interaction like the parameters of the standards, however the request was carried.
    extraParams: ['idp_hint'],
    responseTypes: ['code'],
    // A challenge that was sent is asked for all the same: the exemption is from sending one.
    pkce: { required: requireCodeProtection },
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: {
      clientAuthSigningAlgValues: [...CLIENT_ALGORITHMS],
      requestObjectSigningAlgValues: [...CLIENT_ALGORITHMS],
      dPoPSigningAlgValues: [...CLIENT_ALGORITHMS],
      idTokenSigningAlgValues: [...TOKEN_ALGORITHMS],
    },
    interactions: {
      policy: policy(deciding),
      url: (_ctx, interaction) => `${issuerPath}/sign-in/${interaction.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      // Announced, and `sid` put into ID tokens; `sessions/logout` sends them (see `library/client/skip-backchannel-logout`).
      backchannelLogout: { enabled: true },
      claimsParameter: { enabled: true, assertClaimsParameter },
      ...requestObjects,
    },
  }) satisfies Configuration;
