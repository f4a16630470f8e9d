import type { Configuration } from 'oidc-provider';
import { LEVELS } from '../../sign-in/levels.js';
import { policy } from '../interaction-policy.js';

/** What is offered at all. OAuth 2.1 and RFC 9700: code with PKCE, nothing implicit, every parameter spelled out. */
export const flows = (issuerPath: string) =>
  ({
    acrValues: [...LEVELS],
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256', 'PS256'],
    },
    interactions: {
      policy,
      url: (_ctx, interaction) => `${issuerPath}/sign-in/${interaction.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      claimsParameter: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
  }) satisfies Configuration;
