import type { UnknownObject } from 'oidc-provider';
import type { Instant } from '../../base/clock.js';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import type { IssueRecord } from '../../sessions/tokens/token.js';

/** The plan of one access token. */
export interface Issuance {
  /** Its claims besides those of every token. */
  readonly claims: UnknownObject;
  readonly scope: readonly string[];
  readonly format: TokenFormat;
  /** Its audiences where userinfo is one of them. Absent: its resource server alone, or userinfo alone. */
  readonly audiences?: readonly string[];
  /** The claims requested from userinfo (OpenID Connect Core 5.5), if the token opens it beside an API. */
  readonly userinfoClaims?: UnknownObject;
  /** Why it has these claims. Absent: it is for userinfo alone. */
  readonly record?: IssueRecord;
  /** When its subject's access changes by itself; absent: never. */
  readonly accessEndsAt?: Instant;
}

/** A JWT has the `typ` that its resource server reads. */
export type TokenFormat =
  { readonly kind: 'opaque' } | { readonly kind: 'jwt'; readonly type: ResourceServer['jwtType'] };

/** A token of the library, which has its `jti` once it is being saved. */
interface PlannedToken {
  readonly jti?: string | undefined;
}

/** The plans of the access tokens that one request issues. */
export class Issuances {
  readonly #plans = new Map<PlannedToken, Issuance>();

  plan(token: PlannedToken, issuance: Issuance): void {
    this.#plans.set(token, issuance);
  }

  /** @throws Error where nobody planned this token: it would leave without its claims and its record */
  of(token: PlannedToken): Issuance {
    const issuance = this.#plans.get(token);
    if (!issuance) throw new Error('An access token that nobody planned was to be issued.');
    return issuance;
  }

  /**
   * @param jti the token's identifier, which is the value of an opaque token
   * @throws Error where nobody planned a token with this identifier
   */
  ofIdentifier(jti: string): Issuance {
    const [token] = [...this.#plans.keys()].filter((planned) => planned.jti === jti);
    return this.of(token ?? {});
  }
}
