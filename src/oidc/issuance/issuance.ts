/**
 * issuance: what a token says, decided before the library makes it.
 *
 * One function plans an access token from the token, its subject's access and its resource server. The hooks of the library read only that
 * plan. A token for a resource server whose access is unknown is never issued.
 */
import type { UnknownObject } from 'oidc-provider';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import type { IssueRecord } from '../../sessions/tokens/token.js';

/** An access token, before it becomes a JWT or an opaque token. */
export interface Issuance {
  /** Its claims besides those of every token. */
  readonly claims: UnknownObject;
  /** The `typ` of its header if it becomes a JWT: what its resource server reads. */
  readonly jwtType: ResourceServer['jwtType'];
  /** Why it says that. Absent: it is for userinfo alone. */
  readonly record?: IssueRecord;
}
