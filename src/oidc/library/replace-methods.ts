import type { Provider } from 'oidc-provider';
import type { AuditTokenIssue } from '../issuance/audit-token-issue.js';
import type { IssuanceParts } from '../issuance/plan-access-token.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { answerWithoutScope } from './authorization/answer-without-scope.js';
import { fitIdTokens } from './claims/id-token-payload.js';
import { nameClaimsForClients } from './claims/released-claims.js';
import { compareClientSecrets } from './client/compare-client-secret.js';
import { findClients } from './client/find-client.js';
import { checkGrantTypes } from './client/grant-type-allowed.js';
import { keepOfflineAccess } from './client/keep-offline-access.js';
import { checkPostLogoutRedirectUris } from './client/post-logout-redirect-uri-allowed.js';
import { checkRedirectUris } from './client/redirect-uri-allowed.js';
import { checkResponseTypes } from './client/response-type-allowed.js';
import { skipBackchannelLogout } from './client/skip-backchannel-logout.js';
import { findUserinfoTokens } from './token/find-userinfo-token.js';
import { makeRefreshTokens } from './token/refresh-token-value.js';
import { rememberAskedScopes } from './token/remember-asked-scopes.js';
import { detectReplays } from './token/replay-detection.js';
import { planAccessTokens } from './token/save-access-token.js';

interface ReplacementParts extends IssuanceParts {
  readonly clients: ClientLookup;
  readonly auditIssue: AuditTokenIssue;
  /** The newest key of refresh tokens' successors. */
  readonly successors: Buffer;
}

/** Replaces the library's methods, in the models of this provider alone. */
export function replaceMethods(provider: Provider, parts: ReplacementParts): void {
  findClients(provider, parts.clients);
  compareClientSecrets(provider);
  checkRedirectUris(provider);
  checkPostLogoutRedirectUris(provider);
  checkGrantTypes(provider);
  checkResponseTypes(provider);
  skipBackchannelLogout(provider);
  // It wraps `redirectUriAllowed` once more.
  keepOfflineAccess(provider);
  rememberAskedScopes(provider);
  answerWithoutScope(provider);
  findUserinfoTokens(provider, parts);
  planAccessTokens(provider, parts, parts.auditIssue);
  makeRefreshTokens(provider, parts.successors);
  detectReplays(provider);
  nameClaimsForClients(provider);
  fitIdTokens(provider, parts);
}
