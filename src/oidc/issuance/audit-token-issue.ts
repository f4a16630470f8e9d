import type { AuditAggregator } from '../../audit/aggregate/aggregator.js';
import { auditRecords } from '../../audit/audit-record.js';
import type { AuditTrail } from '../../audit/audit-trail.js';
import { withMark } from '../../audit/pending-mark.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import type { Issuance } from './issuance.js';
import type { IssuedToken } from './issued-token.js';

/** Records an access token that is being issued, by the realm's setting `audit.tokenIssue`. */
export type AuditTokenIssue = (token: IssuedToken, issuance: Issuance) => Promise<void>;

/**
 * `each`: the record is held with the token, and written in the same tick or commit, so that no token leaves without its record. A record
 * without its token is possible: a request that failed halfway. `aggregated`: the token is counted once everything is written.
 */
export function auditTokenIssue(parts: {
  readonly trail: Pick<AuditTrail, 'seal'>;
  readonly aggregator: Pick<AuditAggregator, 'count'>;
}): AuditTokenIssue {
  return async (token, issuance) => {
    const { ctx, settings, held } = currentScope();
    const { tokenIssue } = settings.audit;
    if (tokenIssue === 'none') return;
    const oidc = oidcOf(currentScope());
    const { clientId } = token;
    if (clientId === undefined) throw new Error('A token needs a client.');
    const grantType = oidc?.params?.['grant_type'];
    const event = {
      kind: 'token.issued',
      by: { kind: 'client', id: clientId, requestId: requestIdOf(ctx.req) },
      clientId,
      subject: 'accountId' in token ? { kind: 'user', id: token.accountId } : { kind: 'client', id: clientId },
      outcome: 'success',
    } as const;
    // Only the token endpoint has grant types; the authorization endpoint issues tokens too (OpenID Connect Core 3.2).
    const details = { grantType: typeof grantType === 'string' ? grantType : 'implicit' };
    const identifier = identifierOf(token.jti, issuance);
    switch (tokenIssue) {
      case 'aggregated':
        held.afterwards(() => parts.aggregator.count({ ...event, details, mark: identifier }));
        return;
      case 'each': {
        const audience = issuance.record?.audience;
        const resource = audience === undefined ? {} : { resource: audience };
        const whole = { ...details, ...identifier, scope: [...issuance.scope], ...resource };
        for (const record of await parts.trail.seal([{ ...event, details: whole }]))
          held.insertTogether(auditRecords, withMark(record));
        return;
      }
    }
  };
}

/** The `jti` of a JWT. The identifier of an opaque token is its value, a secret: the hash under which it is stored stands for it. */
const identifierOf = (jti: string, { format }: Issuance): { readonly jti: string } | { readonly tokenHash: string } =>
  format.kind === 'jwt' ? { jti } : { tokenHash: hashOf(jti) };
