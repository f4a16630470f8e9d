import { errors, type UnknownObject } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import { logOf } from '../../http/server/access-log.js';
import type { Client } from '../../realm/clients/client.js';
import { COMPUTED_CLAIMS } from '../../realm/claims/computed-claims.js';
import { type OverBudget, USUAL_TOKEN_BYTES } from '../../base/token-budget.js';
import type { OverBudgetRecord } from '../../sessions/tokens/token.js';
import type { MappedClaim } from './access-token-claims.js';
import { currentScope } from '../request-scope/request-scope.js';

/** A token that is about to be made. */
export interface BudgetedToken {
  readonly what: 'access token' | 'ID token';
  readonly scopes: readonly string[];
  /** The claims that a budget may leave out. */
  readonly claims: readonly MappedClaim[];
  /** How long it would be with these claims, in bytes. */
  bytesWith(claims: UnknownObject): number;
  /** Whether a reference may stand in its place; absent: never. */
  readonly canRefer?: boolean;
}

export interface Fitted {
  readonly claims: UnknownObject;
  /** Which rule applied, if one did. */
  readonly over?: OverBudgetRecord;
}

/**
 * The claims of a token within its client's budget, by that client's rule. A shortened token names what it lacks (`left_out`). Logged where it would have been longer.
 *
 * @throws InvalidScope where the rule is to refuse, or leaves it too long even so
 */
export function withinBudget(planned: BudgetedToken, client: Client): Fitted {
  const { tokenBudgetBytes: budget = USUAL_TOKEN_BYTES, overBudget: rule = 'refuse' } = client;
  const claims = claimsOf(planned.claims);
  const bytes = planned.bytesWith(claims);
  if (bytes <= budget) return { claims };
  const over = { bytes, budget, rule, leftOut: leftOutBy(rule, planned) };
  logOf(currentScope().ctx.req)?.warn({ client: client.id, token: planned.what, ...over }, 'token over budget');
  if (rule === 'reference' && planned.canRefer === true) return { claims, over };
  const remaining = planned.claims.filter(({ claim }) => !over.leftOut.includes(claim));
  const shorter = { ...claimsOf(remaining), left_out: over.leftOut };
  if (over.leftOut.length > 0 && planned.bytesWith(shorter) <= budget) return { claims: shorter, over };
  // Fewer scopes of an API lend fewer of its permissions (RFC 6749 5.2).
  const sentence = `the ${planned.what} would have ${bytes} bytes and the client may have ${budget} (tokenBudgetBytes); ask for fewer scopes`;
  throw because(new errors.InvalidScope(sentence, planned.scopes.join(' ')), 'token-too-long', sentence);
}

/** The names of the claims that the rule leaves out. */
function leftOutBy(rule: OverBudget, { what, claims }: BudgetedToken): string[] {
  const dropped = claims.filter(({ value }) => {
    switch (rule) {
      case 'refuse':
        return false;
      case 'drop-groups':
        return COMPUTED_CLAIMS[value].isDroppable;
      case 'reference':
        // For an ID token the reference is the access token: userinfo says the same.
        return what === 'ID token';
    }
  });
  return dropped.map(({ claim }) => claim);
}

export const claimsOf = (claims: readonly MappedClaim[]): UnknownObject =>
  Object.fromEntries(claims.map(({ claim, content }) => [claim, content]));
