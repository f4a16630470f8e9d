import { type Configuration, errors } from 'oidc-provider';
import { now } from '../../base/clock.js';
import { because } from '../../http/refusals/because.js';
import type { Outgoing } from '../../http/outgoing/outgoing.js';
import { keyFetch } from '../requests/client-key-fetch.js';

/** Keys of a client's own sign with these: its assertions, its requests, its proofs. */
export const CLIENT_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA'] as const;
export const CLIENT_AUTHENTICATION = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

/**
 * No assertion may be good for longer: until then its id is remembered. An hour is what authlib gives each where nobody says
 * otherwise; a minute more is for clocks that differ.
 */
const LONGEST_ASSERTION_SECONDS = 3660;
/** FAPI 2.0 Security Profile 5.3.2.1: clocks differ, but an assertion that was made tomorrow is none of this client's. */
const FURTHEST_AHEAD_SECONDS = 60;
const LONGEST_ID = 500;
const MOST_JWKS_BYTES = 64 * 1024;

/** How clients prove who they are. Methods that need a secret in the clear (client_secret_jwt, HS256) are not offered. */
export const clientAuthentication = (outgoing: Outgoing) =>
  ({
    clientAuthMethods: [...CLIENT_AUTHENTICATION],
    /** RFC 7523 3: the library has checked signature, issuer, audience and expiry. */
    assertJwtClientAuthClaimsAndHeader(_ctx, { exp, iat, jti, sub }, _header, client) {
      if (sub !== client.clientId) throw refusedAssertion('sub (JWT subject) must be the client_id');
      if (typeof exp !== 'number' || exp > now() / 1000 + LONGEST_ASSERTION_SECONDS) {
        throw refusedAssertion(`exp must be within ${LONGEST_ASSERTION_SECONDS} seconds`);
      }
      if (typeof iat === 'number' && iat > now() / 1000 + FURTHEST_AHEAD_SECONDS) {
        throw refusedAssertion('iat must not be in the future');
      }
      if (typeof jti !== 'string' || jti.length > LONGEST_ID) {
        throw refusedAssertion(`jti must have at most ${LONGEST_ID} characters`);
      }
    },
    fetch: keyFetch(outgoing),
    fetchResponseBodyLimits: { jwks_uri: MOST_JWKS_BYTES },
  }) satisfies Configuration;

/** The words are ours, and name no value of the assertion. */
const refusedAssertion = (words: string): Error =>
  because(new errors.InvalidClientAuth(words), 'assertion-invalid', `client_assertion: ${words}`);
