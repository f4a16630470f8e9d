import type { Reason } from '../../http/refusals/reasons.js';

/** The meaning of one text of the library. */
export interface LibraryReason {
  /** As the error says it, in its detail or its description. `…` stands for what the library fills in, at the start or the end. */
  readonly text: string;
  readonly reason: Reason;
  /** The words of the log line; absent: the text as the error says it, which then has no input in it. */
  readonly words?: string;
  /** As the library's source writes it, where that differs. */
  readonly source?: string;
}

/**
 * The meaning of the errors of oidc-provider 9.13, by their exact text. A test reads the library's source and fails when a text no longer occurs
 * there. Details that the library does not give are found separately (`explain`).
 */
export const LIBRARY_REASONS: readonly LibraryReason[] = [
  // shared/client_auth.js, actions/authorization/client.js
  { text: 'client not found', reason: 'client-unknown', words: 'no client has the client_id that was sent' },
  { text: 'no client authentication mechanism provided', reason: 'client-missing' },
  { text: 'client_id mismatch', reason: 'client-mismatch', words: 'client_id differs in header, body and assertion' },
  { text: 'invalid secret provided', reason: 'secret-wrong', words: 'secret is wrong' },
  {
    text: 'the provided authentication mechanism does not match the registered client authentication method',
    reason: 'authentication-method-wrong',
  },
  {
    text: 'client authentication must only be provided using one mechanism',
    reason: 'authentication-twice',
    words: 'the client authenticated in two ways at once',
  },
  {
    text: 'client_id and client_secret in the authorization header are not properly encoded',
    reason: 'authentication-malformed',
  },
  { text: 'client_secret must be provided in the Authorization header', reason: 'authentication-malformed' },
  { text: 'invalid client_assertion format', reason: 'assertion-invalid', words: 'client_assertion is no JWT' },
  {
    text: 'sub (JWT subject) must be provided in the client_assertion JWT',
    reason: 'assertion-invalid',
    words: 'client_assertion has no sub',
  },
  { text: 'client_assertion_type must be provided', reason: 'assertion-invalid' },
  {
    text: 'client_assertion_type must have value …',
    reason: 'assertion-invalid',
    words: 'client_assertion_type is not urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  },
  // shared/jwt_client_auth.js
  { text: 'alg mismatch', reason: 'assertion-invalid', words: 'alg of client_assertion is not allowed' },
  {
    text: 'expiration must be specified in the client_assertion JWT',
    reason: 'assertion-invalid',
    words: 'client_assertion has no exp',
  },
  {
    text: 'unique jti (JWT ID) must be provided in the client_assertion JWT',
    reason: 'assertion-invalid',
    words: 'client_assertion has no jti',
  },
  {
    text: 'iss (JWT issuer) must be provided in the client_assertion JWT',
    reason: 'assertion-invalid',
    words: 'client_assertion has no iss',
  },
  {
    text: 'iss (JWT issuer) must be the client_id',
    reason: 'assertion-invalid',
    words: 'iss of client_assertion is not the client_id',
  },
  {
    text: 'aud (JWT audience) must be provided in the client_assertion JWT',
    reason: 'assertion-invalid',
    words: 'client_assertion has no aud',
  },
  {
    text: 'list of audience (aud) must include the endpoint url, issuer identifier or token endpoint url',
    reason: 'audience-wrong',
  },
  {
    text: 'audience (aud) must equal the endpoint url, issuer identifier or token endpoint url',
    reason: 'audience-wrong',
  },
  {
    text: 'client assertion tokens must only be used once',
    reason: 'assertion-used',
    words: 'client_assertion was used before',
  },
  // helpers/jwt.js, beneath an assertion or a request object
  { text: 'jwt audience missing …', reason: 'audience-wrong', words: 'aud of the JWT is not the issuer' },
  { text: 'jwt expired', reason: 'assertion-invalid', words: 'the JWT has expired' },
  { text: 'jwt not active yet', reason: 'assertion-invalid', words: 'nbf of the JWT is in the future' },
  { text: 'jwt issued in the future', reason: 'assertion-invalid', words: 'iat of the JWT is in the future' },
  { text: 'jwt issuer invalid', reason: 'assertion-invalid', words: 'iss of the JWT is not the client_id' },
  // shared/cors.js
  {
    text: 'origin …',
    reason: 'origin-not-allowed',
    words: 'the Origin is not one of the client’s',
    source: 'not allowed for client: ',
  },
  // actions/authorization
  {
    text: "redirect_uri did not match any of the client's registered redirect_uris",
    reason: 'redirect-uri-mismatch',
    source: "redirect_uri did not match any of the client\\'s registered redirect_uris",
  },
  { text: 'missing required parameter …', reason: 'parameter-missing', source: 'missing required ${' },
  { text: 'missing required parameters …', reason: 'parameter-missing', source: 'missing required ${' },
  { text: '… must not be provided twice', reason: 'parameter-twice' },
  { text: 'unsupported response_type requested', reason: 'response-type-unsupported' },
  {
    text: 'requested response_type is not allowed for this client',
    reason: 'grant-type-not-allowed',
    words: 'the client has not the grant type authorization_code',
  },
  { text: 'unsupported response_mode requested', reason: 'response-mode-unsupported' },
  {
    text: 'requested response_mode is not allowed for this client or request',
    reason: 'response-mode-unsupported',
  },
  {
    text: 'Authorization Server policy requires PKCE to be used for this request',
    reason: 'pkce-or-nonce-missing',
  },
  {
    text: 'code_challenge_method must be provided',
    reason: 'pkce-method-unsupported',
    words: 'code_challenge came without code_challenge_method=S256',
  },
  { text: 'not supported value of code_challenge_method', reason: 'pkce-method-unsupported' },
  { text: 'code_challenge must be provided with code_challenge_method', reason: 'parameter-missing' },
  { text: 'code_challenge must be a string …', reason: 'parameter-invalid', source: 'must be a string with a m' },
  {
    text: 'code_challenge contains invalid characters',
    reason: 'parameter-invalid',
    source: 'contains invalid characters',
  },
  { text: 'requested scope is not allowed', reason: 'scope-unknown' },
  { text: 'scope contains invalid characters', reason: 'parameter-invalid' },
  { text: 'openid scope must be requested …', reason: 'openid-missing' },
  { text: 'resource indicator is missing, or unknown', reason: 'resource-not-allowed' },
  { text: 'resource indicator must be an absolute URI', reason: 'resource-malformed' },
  { text: 'resource indicator must not contain a fragment component', reason: 'resource-malformed' },
  {
    text: 'only a single resource indicator value must be requested/resolved during Access Token Request',
    reason: 'resource-many',
    words: 'a token is for one resource, and several were named',
  },
  {
    text: 'only a single resource indicator value is supported for this grant type',
    reason: 'resource-many',
    words: 'a token is for one resource, and several were named',
  },
  { text: 'Pushed Authorization Request must be used', reason: 'pushed-request-required' },
  { text: 'invalid request_uri', reason: 'pushed-request-unknown' },
  { text: 'request_uri is invalid, expired, or was already used', reason: 'pushed-request-unknown' },
  { text: 'request and request_uri parameters MUST NOT be used together', reason: 'parameter-invalid' },
  { text: 'could not parse Request Object', reason: 'request-object-invalid', words: 'the request object is no JWT' },
  { text: 'unsupported signed request alg', reason: 'request-object-invalid' },
  { text: 'request client_id mismatch', reason: 'request-object-invalid' },
  { text: 'request client_id must equal …', reason: 'request-object-invalid' },
  { text: 'request response_type must equal the one in request parameters', reason: 'request-object-invalid' },
  { text: 'invalid max_age parameter value', reason: 'parameter-invalid' },
  { text: 'unsupported prompt value requested', reason: 'parameter-invalid' },
  { text: 'prompt none must only be used alone', reason: 'parameter-invalid' },
  { text: 'could not parse the claims parameter JSON', reason: 'parameter-invalid' },
  { text: 'claims parameter should …', reason: 'parameter-invalid' },
  { text: 'claims.userinfo should be an object', reason: 'parameter-invalid' },
  { text: 'claims.id_token should be an object', reason: 'parameter-invalid' },
  {
    text: 'authorization request resolved without requesting interactions but no account id was resolved',
    reason: 'prompt-none',
    words: 'nobody is signed in',
  },
  {
    text: 'authorization request resolved without requesting interactions but no scope was granted',
    reason: 'nothing-granted',
    words: 'the request asks for no scope that can be granted',
  },
  // Interactions
  { text: 'interaction session not found', reason: 'interaction-expired', words: 'the sign-in is over or expired' },
  { text: 'authorization request has expired', reason: 'interaction-expired', words: 'the sign-in has no cookie' },
  {
    text: 'interaction session and authentication session mismatch',
    reason: 'interaction-expired',
    words: 'the sign-in began in another session',
  },
  // actions/end_session.js
  { text: 'could not decode id_token_hint', reason: 'hint-invalid', words: 'id_token_hint is no JWT' },
  { text: 'could not validate id_token_hint', reason: 'hint-invalid', words: 'id_token_hint is no ID token of ours' },
  { text: 'client_id does not match the provided id_token_hint', reason: 'hint-invalid' },
  { text: 'post_logout_redirect_uri not registered', reason: 'post-logout-redirect-uri-mismatch' },
  { text: 'could not find logout details', reason: 'form-expired' },
  { text: 'xsrf token invalid', reason: 'form-expired', words: 'the form’s token is wrong' },
  // actions/token.js, actions/grants, helpers
  { text: 'unsupported grant_type requested', reason: 'grant-type-unsupported' },
  { text: 'requested grant type is not allowed for this client', reason: 'grant-type-not-allowed' },
  { text: 'authorization code not found', reason: 'code-unknown', source: '${label} not found' },
  {
    text: 'authorization code already consumed',
    reason: 'code-used',
    words: 'code was redeemed before',
    source: '${label} already consumed',
  },
  { text: 'authorization code is expired', reason: 'code-expired', words: 'code expired' },
  {
    text: 'authorization code redirect_uri mismatch',
    reason: 'code-redirect-uri-mismatch',
    words: 'redirect_uri differs from that of the authorization request',
  },
  { text: 'client mismatch', reason: 'code-of-another-client', words: 'it was issued to another client' },
  { text: 'code_verifier must be provided', reason: 'code-verifier-wrong', words: 'code_verifier is missing' },
  {
    text: 'code_verifier does not match code_challenge',
    reason: 'code-verifier-wrong',
    words: 'code_verifier does not match',
  },
  { text: 'code_verifier must be a string …', reason: 'code-verifier-wrong', source: 'must be a string with a m' },
  {
    text: 'code_verifier contains invalid characters',
    reason: 'code-verifier-wrong',
    source: 'contains invalid characters',
  },
  { text: 'grant not found', reason: 'grant-ended', words: 'the grant has ended' },
  { text: 'grant is expired', reason: 'grant-ended', words: 'the grant has expired' },
  { text: 'refresh token not found', reason: 'refresh-token-unknown' },
  { text: 'refresh token is expired', reason: 'refresh-token-expired' },
  { text: 'refresh token already used', reason: 'refresh-token-used', words: 'refresh token was used before' },
  {
    text: 'refresh token missing requested …',
    reason: 'scope-not-granted',
    words: 'a scope was asked for that the refresh token does not have',
  },
  {
    text: '… (referenced account not found)',
    reason: 'user-unknown',
    words: 'the user no longer exists or is disabled',
  },
  { text: 'DPoP proof JWT not provided', reason: 'dpop-invalid' },
  { text: 'missing DPoP proof JWT', reason: 'dpop-invalid', words: 'DPoP proof is missing' },
  { text: 'failed jkt verification', reason: 'dpop-invalid', words: 'DPoP proof is of another key than the token' },
  { text: 'DPoP proof key thumbprint does not match dpop_jkt', reason: 'dpop-invalid' },
  {
    text: 'access token is not sender-constrained but proof of possession was provided',
    reason: 'dpop-invalid',
  },
  // actions/userinfo.js, shared/access_token.js, helpers/oidc_context.js
  { text: 'no access token provided', reason: 'token-missing', words: 'no access token was sent' },
  { text: 'access token not found', reason: 'token-unknown' },
  { text: 'access token missing openid scope', reason: 'openid-missing' },
  { text: 'access token missing requested scope', reason: 'scope-not-granted' },
  { text: 'token audience prevents accessing the userinfo endpoint', reason: 'audience-wrong' },
  { text: 'associated account not found', reason: 'user-unknown' },
  { text: 'access token must only be provided using one mechanism', reason: 'token-malformed' },
  { text: 'access tokens must not be provided via query parameter', reason: 'token-malformed' },
  { text: 'authorization header scheme must be …', reason: 'token-malformed' },
  { text: '`DPoP` header not provided', reason: 'dpop-invalid' },
  { text: 'invalid authorization header value format', reason: 'authentication-malformed' },
  // shared/selective_body.js
  { text: 'failed to parse the request body', reason: 'body-unreadable' },
  {
    text: 'only …',
    reason: 'body-unreadable',
    words: 'the Content-Type is not application/x-www-form-urlencoded',
    source: 'content-type bodies are supported on',
  },
];

/** Errors that mean one thing, whatever their text. */
export const REASON_BY_ERROR: Readonly<Record<string, Reason>> = {
  use_dpop_nonce: 'dpop-nonce-needed',
  invalid_dpop_proof: 'dpop-invalid',
  invalid_request_object: 'request-object-invalid',
  invalid_request_uri: 'pushed-request-unknown',
  request_not_supported: 'not-offered',
  request_uri_not_supported: 'not-offered',
  registration_not_supported: 'not-offered',
  access_denied: 'access-denied',
  login_required: 'prompt-none',
  consent_required: 'prompt-none',
  interaction_required: 'prompt-none',
  account_selection_required: 'prompt-none',
  unmet_authentication_requirements: 'level-not-reached',
};

/** The entry of this text; undefined where there is none. */
export function libraryReasonOf(text: string): LibraryReason | undefined {
  return BY_TEXT.get(text) ?? FILLED_IN.find(({ text: pattern }) => fits(pattern, text));
}

const FILLED_IN = LIBRARY_REASONS.filter(({ text }) => text.includes('…'));
const BY_TEXT = new Map(LIBRARY_REASONS.map((entry) => [entry.text, entry]));

const fits = (pattern: string, text: string): boolean =>
  pattern.startsWith('…') ? text.endsWith(pattern.slice(1)) : text.startsWith(pattern.slice(0, -1));
