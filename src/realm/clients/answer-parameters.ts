/**
 * The parameters that our response adds to a redirect URI: RFC 6749 4.1.2 and 4.1.2.1, RFC 9207, JARM, and those that client
 * libraries also read. With one of them in the registered query, a response would contain two values.
 */
export const AUTHORIZATION_ANSWER: ReadonlySet<string> = new Set([
  ...['code', 'state', 'iss', 'error', 'error_description', 'error_uri'],
  ...['response', 'id_token', 'access_token', 'token_type', 'expires_in', 'session_state'],
]);

/** OpenID Connect RP-Initiated Logout 2: the parameters that a sign-out adds to its redirect URI. */
export const SIGN_OUT_ANSWER: ReadonlySet<string> = new Set(['state']);

/** The name in one part of a query (`name=value`), decoded as applications decode it. */
export const parameterName = (part: string): string | undefined =>
  // URLSearchParams drops a question mark at the start, which belongs to the name here.
  [...new URLSearchParams(`?${part}`).keys()][0];

/** The first parameter in the query of this URI with one of these names. */
export const parameterAmong = (names: ReadonlySet<string>, uri: string): string | undefined => {
  const start = uri.indexOf('?');
  if (start === -1) return undefined;
  const found = uri
    .slice(start + 1)
    .split('&')
    .map(parameterName);
  return found.find((name) => name !== undefined && names.has(name));
};
