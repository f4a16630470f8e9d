import type { ReasonText } from './reason-text.js';

/** About authorization requests. */
export const AUTHORIZATION_REASONS = {
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
} as const satisfies Readonly<Record<string, ReasonText>>;
