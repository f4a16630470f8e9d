/** What the discovery documents of providers say, as far as a sign-in reads them (as published in November 2026). */
export interface DiscoveryDocument {
  /** The address of the document. */
  readonly at: string;
  /** The issuer of its tokens. */
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly userinfo_endpoint?: string;
  /** The document as it is sent. */
  readonly content: Readonly<Record<string, unknown>>;
}

function document(
  issuer: string,
  [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint]: readonly [string, string, string, string?],
  more: Readonly<Record<string, unknown>> = {},
): DiscoveryDocument {
  const endpoints = {
    ...{ issuer, authorization_endpoint, token_endpoint, jwks_uri },
    ...(userinfo_endpoint !== undefined && { userinfo_endpoint }),
  };
  const others = { response_types_supported: ['code'], subject_types_supported: ['public'] };
  const content = { ...endpoints, ...others, id_token_signing_alg_values_supported: ['RS256'], ...more };
  return { at: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, ...endpoints, content };
}

export const GOOGLE = document('https://accounts.google.com', [
  'https://accounts.google.com/o/oauth2/v2/auth',
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v3/certs',
  'https://openidconnect.googleapis.com/v1/userinfo',
]);

const AUTHORITY = 'https://login.microsoftonline.com';

/** @param path the tenant, or a word for many of them; `issuedBy`: the issuer of the tokens */
export function microsoftDocument(path: string, announced: string, tenant: string): DiscoveryDocument {
  const at = `${AUTHORITY}/${path}`;
  const { content, ...others } = document(
    `${AUTHORITY}/${announced}/v2.0`,
    [
      `${at}/oauth2/v2.0/authorize`,
      `${at}/oauth2/v2.0/token`,
      `${at}/discovery/v2.0/keys`,
      'https://graph.microsoft.com/oidc/userinfo',
    ],
    { response_modes_supported: ['query', 'fragment', 'form_post'], cloud_instance_name: 'microsoftonline.com' },
  );
  const issuer = `${AUTHORITY}/${tenant}/v2.0`;
  return { ...others, content, issuer, at: `${at}/v2.0/.well-known/openid-configuration` };
}

export const APPLE = document(
  'https://appleid.apple.com',
  [
    'https://appleid.apple.com/auth/authorize',
    'https://appleid.apple.com/auth/token',
    'https://appleid.apple.com/auth/keys',
  ],
  {
    response_modes_supported: ['query', 'fragment', 'form_post'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'is_private_email', 'iss', 'nonce', 'sub'],
  },
);

export const GITLAB = document('https://gitlab.com', [
  'https://gitlab.com/oauth/authorize',
  'https://gitlab.com/oauth/token',
  'https://gitlab.com/oauth/discovery/keys',
  'https://gitlab.com/oauth/userinfo',
]);

export const LINKEDIN = document('https://www.linkedin.com/oauth', [
  'https://www.linkedin.com/oauth/v2/authorization',
  'https://www.linkedin.com/oauth/v2/accessToken',
  'https://www.linkedin.com/oauth/openid/jwks',
  'https://api.linkedin.com/v2/userinfo',
]);

export const DISCORD = document('https://discord.com', [
  'https://discord.com/api/oauth2/authorize',
  'https://discord.com/api/oauth2/token',
  'https://discord.com/api/oauth2/keys',
  'https://discord.com/api/oauth2/userinfo',
]);

export const SLACK = document('https://slack.com', [
  'https://slack.com/openid/connect/authorize',
  'https://slack.com/api/openid.connect.token',
  'https://slack.com/openid/connect/keys',
  'https://slack.com/api/openid.connect.userInfo',
]);

export const OKTA = document(
  'https://example.okta.test/oauth2/default',
  [
    'https://example.okta.test/oauth2/default/v1/authorize',
    'https://example.okta.test/oauth2/default/v1/token',
    'https://example.okta.test/oauth2/default/v1/keys',
    'https://example.okta.test/oauth2/default/v1/userinfo',
  ],
  { pushed_authorization_request_endpoint: 'https://example.okta.test/oauth2/default/v1/par' },
);

export const AUTH0 = document('https://example.auth0.test/', [
  'https://example.auth0.test/authorize',
  'https://example.auth0.test/oauth/token',
  'https://example.auth0.test/.well-known/jwks.json',
  'https://example.auth0.test/userinfo',
]);

const KEYCLOAK_AT = 'https://keycloak.example.test/realms/staff';

export const KEYCLOAK = document(
  KEYCLOAK_AT,
  [
    `${KEYCLOAK_AT}/protocol/openid-connect/auth`,
    `${KEYCLOAK_AT}/protocol/openid-connect/token`,
    `${KEYCLOAK_AT}/protocol/openid-connect/certs`,
    `${KEYCLOAK_AT}/protocol/openid-connect/userinfo`,
  ],
  {
    pushed_authorization_request_endpoint: `${KEYCLOAK_AT}/protocol/openid-connect/ext/par/request`,
    require_pushed_authorization_requests: false,
  },
);
