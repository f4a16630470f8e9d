import type { Provider } from 'oidc-provider';
import type { AuditTokenIssue } from '../../issuance/audit-token-issue.js';
import type { Issuance } from '../../issuance/issuance.js';
import type { IssuedToken } from '../../issuance/issued-token.js';
import { type IssuanceParts, planAccessToken } from '../../issuance/plan-access-token.js';
import { currentScope } from '../../request-scope/request-scope.js';

/**
 * Wraps `AccessToken#save` and `ClientCredentials#save`: plans an access token before the library chooses its format, lifetime and claims. A token
 * that would exceed its client's budget can become a reference. The library has a hook for each of these, but calls them too late for one
 * decision. Once saved, the token is recorded in the audit trail.
 */
export function planAccessTokens(
  provider: Pick<Provider, 'AccessToken' | 'ClientCredentials'>,
  parts: IssuanceParts,
  auditIssue: AuditTokenIssue,
): void {
  const models = [provider.AccessToken, provider.ClientCredentials] as unknown as readonly {
    readonly prototype: Savable;
  }[];
  for (const { prototype } of models) {
    const { save } = prototype;
    prototype.save = async function () {
      const token = this as IssuedToken;
      const issuance = await planAccessToken(token, parts);
      currentScope().issuances.plan(token, issuance);
      apply(issuance, token);
      const value = await save.call(this);
      // The library has drawn its identifier.
      await auditIssue(token, issuance);
      return value;
    };
  }
}

/** As the library calls it. */
type Savable = Omit<IssuedToken, 'save'> & { save: (this: Savable) => Promise<string> };

/** The answer repeats what the token says (RFC 6749 3.3, 5.1), and the library reads all of it from the token itself. */
function apply({ scope, format, audiences, userinfoClaims }: Issuance, token: IssuedToken): void {
  if (!token.resourceServer) return;
  token.scope = scope.join(' ');
  token.resourceServer.accessTokenFormat = format.kind;
  // The published types know one audience a token.
  const fields: { aud?: unknown; claims?: unknown } = token;
  if (audiences) fields.aud = audiences;
  if (userinfoClaims) fields.claims = userinfoClaims;
}
