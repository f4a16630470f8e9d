/**
 * Whether this is an unregistered URI of `localhost`. RFC 8252 8.3: any port is for the loopback addresses. `localhost` may be another
 * place to a machine that was told so, and is compared exactly, unless the client has `localhostAnyPort`.
 */
export const isOtherLocalhost = (uri: string, registered: readonly string[]): boolean =>
  URL.parse(uri)?.hostname === 'localhost' && !registered.includes(uri);
