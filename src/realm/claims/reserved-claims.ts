import { isPrototypeName } from '../../base/text/prototype-names.js';
import { COMPUTED_CLAIM_NAMES } from './computed-claims.js';

/**
 * Claims with a meaning in the protocols: OpenID Connect Core 2 and 5.1, RFC 7519, RFC 7662 2.2, RFC 8693 4, RFC 9068, RFC
 * 9396, RFC 9449; and ours that say how somebody signed in.
 */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(
  (
    'iss sub aud exp nbf iat jti nonce acr amr azp sid auth_time at_hash c_hash s_hash cnf act may_act events scope client_id ' +
    'active token_type username authorization_details left_out idp _claim_names _claim_sources ' +
    'name given_name family_name middle_name nickname preferred_username profile picture website email email_verified ' +
    'gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at'
  ).split(' '),
);

/**
 * Whether a mapping may not use this claim. Either the protocols define it, or every plain object has it (the library then
 * takes the claims for none). A mapping that was stored before such names were refused is omitted wherever claims are made.
 */
export const isTakenClaim = (claim: string): boolean => PROTOCOL_CLAIMS.has(claim) || isPrototypeName(claim);

/** Claims that describe access (RFC 9068 2.2.3.1, and ours), under their default names. */
export const ACCESS_CLAIMS: ReadonlySet<string> = new Set([...COMPUTED_CLAIM_NAMES, 'entitlements']);
