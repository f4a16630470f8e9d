/** An error of the library's, or of ours in its shape: `error_detail` is for the log, `error_description` for the client. */
export type LibraryError = Error & {
  readonly error_detail?: string | undefined;
  readonly error_description?: string | undefined;
  readonly scope?: string | undefined;
};

/** The library's error events, and the endpoint's name in the log. */
export const ENDPOINTS = {
  'authorization.error': 'authorization',
  'pushed_authorization_request.error': 'pushed-authorization-request',
  'grant.error': 'token',
  'introspection.error': 'introspection',
  'revocation.error': 'revocation',
  'userinfo.error': 'userinfo',
  'end_session.error': 'end-session',
  'end_session_confirm.error': 'end-session',
  'end_session_success.error': 'end-session',
} as const;

export type EndpointName = (typeof ENDPOINTS)[keyof typeof ENDPOINTS];

/** A refusal by one of the library's endpoints. */
export interface LibraryRefusal {
  readonly endpoint: EndpointName;
  readonly error: LibraryError;
}
