import type { AccessToken, ClientCredentials } from 'oidc-provider';

/** An access token that is being issued: a person's, or a client's own. */
export type IssuedToken = AccessToken | ClientCredentials;

export const scopesOf = (token: IssuedToken): string[] => token.scope?.split(' ').filter((scope) => scope !== '') ?? [];
