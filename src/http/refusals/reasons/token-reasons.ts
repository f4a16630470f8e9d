import type { ReasonText } from './reason-text.js';

/** About codes, tokens and API calls. */
export const TOKEN_REASONS = {
  'grant-type-unsupported': {
    cause: 'The grant_type is not offered.',
    cure: 'Use authorization_code, refresh_token or client_credentials.',
  },
  'grant-type-not-allowed': {
    cause: 'The client may not use this grant_type.',
    cure: 'Add it to the `grantTypes` of the client.',
  },
  'code-unknown': {
    cause: 'There is no such authorization code.',
    cure: 'Send the code unchanged, to the issuer that gave it, within a minute.',
  },
  'code-expired': {
    cause: 'The authorization code is older than its lifetime.',
    cure: 'Redeem the code at once, and compare the clocks and the network of the application.',
  },
  'code-used': {
    cause: 'The authorization code was redeemed before. Its grant has ended.',
    cure: 'Redeem a code once: look for a reload, a retry or a second process. If there is none, somebody else has the code.',
  },
  'code-of-another-client': {
    cause: 'The authorization code was issued to another client.',
    cure: 'Redeem the code with the client_id that asked for it.',
  },
  'code-redirect-uri-mismatch': {
    cause: 'The redirect_uri differs from that of the authorization request.',
    cure: 'Send the same redirect_uri at both endpoints.',
  },
  'code-verifier-wrong': {
    cause: 'The code_verifier is missing, malformed or does not match the code_challenge.',
    cure: 'Send the verifier that belongs to this code. Look for a second tab or process that replaced it.',
  },
  'grant-ended': {
    cause: 'The grant has ended: by sign-out, revocation, reuse of a code or token, or a disabled user.',
    cure: 'The person signs in again.',
  },
  'refresh-token-unknown': {
    cause: 'There is no such refresh token.',
    cure: 'The person signs in again. Keep the refresh token of the latest answer.',
  },
  'refresh-token-expired': {
    cause: 'The refresh token was not used for longer than its lifetime.',
    cure: 'The person signs in again, or give the client a longer `refreshTokenIdleSeconds`.',
  },
  'refresh-token-used': {
    cause: 'The refresh token was used before. Its grant has ended.',
    cure: 'Keep the refresh token of the latest answer, and refresh in one place. If you do, somebody else has the token.',
  },
  'token-missing': {
    cause: 'No access token was sent.',
    cure: 'Send `Authorization: Bearer` and the access token.',
  },
  'token-malformed': {
    cause: 'The access token was not sent as RFC 6750 says.',
    cure: 'Send it once, in the Authorization header.',
  },
  'token-unknown': {
    cause: 'There is no such token here.',
    cure: 'Compare the issuer of the token, and send it unchanged.',
  },
  'token-expired': {
    cause: 'The token has expired.',
    cure: 'Refresh it.',
  },
  'audience-wrong': {
    cause: 'The token is for another audience.',
    cure: 'Ask for a token for this audience, or give the client the right resource server or `introspects`.',
  },
  'token-owner-wrong': {
    cause: 'The token belongs to another client or to a person.',
    cure: 'Send a token that this client got for itself.',
  },
  'token-too-long': {
    cause: 'The token would be longer than the client allows.',
    cure: 'Ask for fewer scopes, or change `tokenBudgetBytes` or `overBudget` of the client.',
  },
  'dpop-nonce-needed': {
    cause: 'The DPoP proof has no nonce, or an old one.',
    cure: 'Nothing is wrong: the client repeats the request with the nonce in the answer.',
  },
  'dpop-invalid': {
    cause: 'The DPoP proof is missing, not valid, or of another key.',
    cure: 'Send a new proof for each request, with the key that the token is bound to.',
  },
  'userstore-account-ended': {
    cause:
      'The user is disabled or expired in the userstore where the account lives. Everything of the user has ended here.',
    cure: 'Enable the account there; the person then signs in again.',
  },
  'userstore-account-unknown': {
    cause: 'The userstore where the account lives answered and did not find it.',
    cure: 'If the person should have access: check base and filter of the connector with `gatehouse connector test`.',
  },
  'upstream-signed-out': {
    cause:
      'The person signed out at the identity provider by which they had signed in, and has not come from there since.',
    cure: 'Nothing is wrong: the application signs the person in again.',
  },
  'userstore-unconfirmed': {
    cause: 'The userstore could not be reached, and last confirmed the user longer ago than `accessLasts` allows.',
    cure: 'Bring the userstore back. The refresh token is not spent: the application tries again.',
  },
  'user-unknown': {
    cause: 'The user no longer exists or is disabled.',
    cure: 'Enable the user, or let the person sign in as another one.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
