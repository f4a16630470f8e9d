/** The meaning of a reason: why the request was refused, and what to do about it. Short plain sentences. */
export interface ReasonText {
  readonly cause: string;
  readonly cure: string;
}

/**
 * Every reason of a refusal, by its stable code: log searches and alerts rely on it. docs/refusals.md is made from this table
 * (`npm run refusals-page`).
 */
export const REASONS = {
  // Clients
  'client-unknown': {
    cause: 'No client has this client_id.',
    cure: 'Compare the client_id with `gatehouse client list`, or create the client.',
  },
  'client-missing': {
    cause: 'The request names no client.',
    cure: 'Send client_id, or authenticate by HTTP Basic.',
  },
  'client-mismatch': {
    cause: 'The request names two different clients.',
    cure: 'Send the same client_id in the body, the header and the assertion.',
  },
  'secret-wrong': {
    cause: 'The client secret is wrong, or it has expired.',
    cure: 'Copy the secret again, without a line end, or give the client another one.',
  },
  'secret-throttled': {
    cause: 'Too many wrong secrets of this client came from this address.',
    cure: 'Correct the secret, and wait as long as Retry-After says.',
  },
  'authentication-method-wrong': {
    cause: 'The client authenticates in another way than it is registered for.',
    cure: 'Configure the application for the method in the line, or change the `authentication` of the client.',
  },
  'authentication-twice': {
    cause: 'The client authenticated in two ways at once.',
    cure: 'Send the secret in the header or in the body, not in both.',
  },
  'authentication-malformed': {
    cause: 'The Authorization header cannot be read.',
    cure: 'Send `Basic`, a space, and the base64 of client id, colon and secret, each form-encoded.',
  },
  'assertion-invalid': {
    cause: 'The client assertion is not valid.',
    cure: 'Read the words of the line: they name the claim, the algorithm or the key.',
  },
  'assertion-used': {
    cause: 'The client assertion was used before.',
    cure: 'Make a new assertion, with a new jti, for each request.',
  },
  'signature-wrong': {
    cause: 'No registered key of the client verifies the signature.',
    cure: 'Compare the key and its kid with the `jwks` or `jwksUri` of the client.',
  },
  'issuer-trailing-slash': {
    cause: 'The issuer was used with a slash at its end.',
    cure: 'Configure the issuer exactly as the discovery document writes it, without a slash at its end.',
  },
  'origin-not-allowed': {
    cause: 'A page of an origin that is not the client’s sent the request.',
    cure: 'Add the origin to the `allowedOrigins` of the client.',
  },

  // Authorization requests
  'redirect-uri-mismatch': {
    cause: 'The redirect_uri is not one of the client’s.',
    cure: 'Register the address exactly as the application sends it: scheme, host, port, path and query.',
  },
  'post-logout-redirect-uri-mismatch': {
    cause: 'The post_logout_redirect_uri is not one of the client’s.',
    cure: 'Add it to the `postLogoutRedirectUris` of the client, exactly as the application sends it.',
  },
  'parameter-missing': {
    cause: 'A required parameter is missing.',
    cure: 'Send the parameter that the line names.',
  },
  'parameter-twice': {
    cause: 'A parameter came twice.',
    cure: 'Send each parameter once. Only `resource` may come several times.',
  },
  'parameter-invalid': {
    cause: 'A parameter has a value that is not valid.',
    cure: 'Read the words of the line: they name the parameter.',
  },
  'response-type-unsupported': {
    cause: 'The client asked for another response_type than `code`.',
    cure: 'Configure the application for the authorization code flow.',
  },
  'response-mode-unsupported': {
    cause: 'The response_mode is not offered.',
    cure: 'Use `query`, `fragment` or `form_post`.',
  },
  'pkce-or-nonce-missing': {
    cause: 'The request has no PKCE challenge, and no nonce where a nonce would do.',
    cure: 'Turn on PKCE (S256) in the application. A confidential client may send an OpenID Connect nonce instead.',
  },
  'pkce-method-unsupported': {
    cause: 'The PKCE method is not S256.',
    cure: 'Configure the application for code_challenge_method=S256.',
  },
  'scope-unknown': {
    cause: 'No scope of the request is known for this client.',
    cure: 'Add the scope to the client or to the resource server, or correct it in the application.',
  },
  'scope-not-granted': {
    cause: 'More scopes were asked for than were granted.',
    cure: 'Ask for the scopes in the authorization request, or for fewer of them here.',
  },
  'openid-missing': {
    cause: 'The scope `openid` is missing.',
    cure: 'Add `openid` to the scopes that the application asks for.',
  },
  'scope-missing': {
    cause: 'The request names no scope.',
    cure: 'Let the application ask for a scope: `openid` to sign people in, or a permission of an API.',
  },
  'scope-not-held': {
    cause: 'The client asked for permissions of an API for itself, and holds none of them.',
    cure: 'Give the client a role or a permission with `gatehouse assign client`, or let it ask for what it holds.',
  },
  'resource-not-allowed': {
    cause: 'The resource is not a resource server of this client.',
    cure: 'Add it to the `resourceServers` of the client, spelled exactly as the application sends it.',
  },
  'resource-malformed': {
    cause: 'The resource is not an absolute URI without a fragment.',
    cure: 'Send the identifier of the resource server.',
  },
  'resource-many': {
    cause: 'A token was asked for that is for several resources.',
    cure: 'Name one resource at the token endpoint, and ask again for the next one.',
  },
  'pushed-request-required': {
    cause: 'The client must push its authorization requests.',
    cure: 'Use the pushed authorization request endpoint, or turn `requirePushedRequests` off.',
  },
  'pushed-request-unknown': {
    cause: 'The request_uri is unknown, expired or was used before.',
    cure: 'Push the request again, and send the browser within a minute.',
  },
  'request-object-invalid': {
    cause: 'The signed request object is not valid.',
    cure: 'Read the words of the line: they name the claim, the algorithm or the key.',
  },
  'not-offered': {
    cause: 'Gatehouse does not offer this.',
    cure: 'Turn it off in the application. docs/protocol.md says what is offered.',
  },
  'prompt-none': {
    cause: 'The application asked for an answer without a page, and the person has to see one.',
    cure: 'Nothing is wrong: the application repeats the request without prompt=none.',
  },
  'access-denied': {
    cause: 'The person cancelled, or may not use this application.',
    cure: 'Nothing is wrong with the request.',
  },
  'level-not-reached': {
    cause: 'The person cannot reach the demanded authentication level.',
    cure: 'Let the person enrol a second factor, or demand less.',
  },
  'other-user': {
    cause: 'Another person is signed in than the request demands.',
    cure: 'The person signs out, or the application leaves id_token_hint out.',
  },
  'nothing-granted': {
    cause: 'The request asks for nothing that was granted.',
    cure: 'Ask for `openid`, or for a scope of the resource server.',
  },
  'hint-invalid': {
    cause: 'The id_token_hint is no ID token of ours for this client.',
    cure: 'Send an ID token that this issuer issued to this client.',
  },

  // Codes and tokens
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
  'user-unknown': {
    cause: 'The user no longer exists or is disabled.',
    cure: 'Enable the user, or let the person sign in as another one.',
  },

  // Signing in
  'wrong-password': {
    cause: 'The password is wrong.',
    cure: 'The person types it again, or gets another one.',
  },
  'unknown-user': {
    cause: 'No user has the name that was typed.',
    cure: 'Compare the username and the verified e-mail address of the person.',
  },
  'userstore-failed': {
    cause: 'The userstore could not check the password: it does not answer, or it is not set up correctly.',
    cure: 'Read the reason in the log line, and test the userstore.',
  },
  'userstore-refused': {
    cause: 'The userstore of the person refuses the sign-in: the account there is locked, disabled or expired.',
    cure: 'Look at the account in the userstore.',
  },
  'user-disabled': {
    cause: 'The user is disabled.',
    cure: 'Enable the user.',
  },
  'user-not-allowed': {
    cause: 'The person may not sign in here, or not at this level.',
    cure: 'Read the requirements of the client and of the roles of the person.',
  },
  'sign-in-throttled': {
    cause: 'Too many sign-ins failed for this name or address.',
    cure: 'Wait, or lift the delay with `gatehouse throttle`.',
  },
  'wrong-code': {
    cause: 'The code of the second factor is wrong.',
    cure: 'Compare the clock of the phone, or reset the second factor.',
  },
  'used-code': {
    cause: 'The code of the second factor was used before.',
    cure: 'Wait for the next code.',
  },
  overloaded: {
    cause: 'Too many passwords wait to be checked.',
    cure: 'Nothing is wrong with the request. Add processors, or look for an attack.',
  },

  'too-many-pending': {
    cause: 'Too many authorization requests from this address wait for an answer.',
    cure: 'Look for an application that begins sign-ins in a circle, or for an attack. They end within an hour.',
  },
  'request-too-large': {
    cause: 'The authorization request is longer than Gatehouse keeps.',
    cure: 'Send less: keep what `state` carries in the application, and name it by a short random value.',
  },

  // Pages and requests
  'form-expired': {
    cause: 'The form does not belong to this sign-in, session or browser (CSRF token).',
    cure: 'Load the page again. If nobody did anything unusual, another site posted the form.',
  },
  'form-unreadable': {
    cause: 'The form is malformed, too long, or has a field twice.',
    cure: 'Load the page again.',
  },
  'interaction-expired': {
    cause: 'The sign-in is over, expired, or began in another browser.',
    cure: 'Begin again at the application.',
  },
  'cookie-missing': {
    cause: 'The browser sent no cookie for a page that needs one.',
    cure: 'Allow cookies, and use one address for the whole sign-in.',
  },
  'wrong-host': {
    cause: 'The request was made to another host than the issuer’s.',
    cure: 'Use the issuer’s address. Let the proxy forward the host that the browser used.',
  },
  'insecure-transport': {
    cause: 'The request came over another scheme than the issuer’s.',
    cure: 'Name the proxy in GATEHOUSE_TRUSTED_PROXIES, and let it send X-Forwarded-Proto.',
  },
  'not-found': {
    cause: 'There is nothing at this path.',
    cure: 'Compare the address with the discovery document.',
  },
  'body-unreadable': {
    cause: 'The body or the query cannot be read.',
    cure: 'Send application/x-www-form-urlencoded in UTF-8, within the limit.',
  },
  'not-authenticated': {
    cause: 'The caller did not say who it is, or was not believed.',
    cure: 'Authenticate by HTTP Basic, or by an access token of the client itself.',
  },
  'question-invalid': {
    cause: 'The question to the decision endpoint cannot be understood.',
    cure: 'Read the detail of the answer: it names the field.',
  },
  'request-invalid': {
    cause: 'The request to the API does not fit the schema of its operation.',
    cure: 'Read the `problems` of the answer: they name the fields. The OpenAPI document has the schema.',
  },
  'permission-missing': {
    cause: 'The caller of the API does not hold the permission, or its token was not granted it.',
    cure: 'Assign a role that has the permission in the line, or let the application ask for it as a scope.',
  },
  'state-conflict': { cause: 'A later change or a rule forbids it.', cure: 'Read the thing again, and repeat.' },
  'not-trusted': {
    cause: 'The resource server is not trusted for what it says.',
    cure: 'Add it to `trustedFor` of the resource server.',
  },

  // Without a request
  'logout-not-delivered': {
    cause: 'An application did not take the back-channel logout.',
    cure: 'Compare its `backchannelLogoutUri`, and read the log of the application.',
  },
  'configuration-wrong': {
    cause: 'A setting, a key file or the store does not fit.',
    cure: 'The words name the setting and what it should be.',
  },
  'realm-file-refused': {
    cause: 'The realm file has a mistake. Nothing was changed.',
    cure: 'The words name the line and the field. `gatehouse apply FILE --dry-run` tries a file.',
  },
  'store-unreachable': {
    cause: 'The store does not answer.',
    cure: 'Look whether it runs, and whether GATEHOUSE_STORE leads to it.',
  },
  'method-not-allowed': {
    cause: 'The endpoint does not take this HTTP method.',
    cure: 'Use the method that the answer’s Allow header names.',
  },
  other: {
    cause: 'Another rule of the protocol was broken.',
    cure: 'Read the words of the line: they name the rule.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

export type Reason = keyof typeof REASONS;
