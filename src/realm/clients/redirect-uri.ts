import { parameterAmong } from './answer-parameters.js';
import { uriFault } from './client-uris.js';
import type { Client } from './client.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a redirect URI is invalid, as the end of a sentence; undefined if it is valid. They are compared exactly (RFC 9700 2.1),
 * so each must identify exactly one place, in a browser's own spelling.
 *
 * @param ours the names of the parameters that our response adds
 */
export function redirectUriFault(
  uri: string,
  applicationType: Client['applicationType'],
  ours: ReadonlySet<string>,
): string | undefined {
  if (!URL.canParse(uri) || !/^[a-z][a-z0-9+.-]*:/.test(uri)) return 'is not an absolute URI.';
  const odd = uriFault(uri);
  if (odd !== undefined) return odd;
  if (uri.includes('#')) return 'has a fragment, which a redirect URI must not have (RFC 6749 3.1.2).';
  if (uri.includes('*')) return 'has a wildcard; redirect URIs are compared exactly, so name each one.';
  const ambiguous = parameterAmong(ours, uri);
  if (ambiguous !== undefined)
    return `has the parameter ${ambiguous} in its query; our answer adds one of that name, so choose another.`;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username || password) return 'has a user or password in it.';
  if (protocol === 'https:' || protocol === 'http:') {
    if (!/^https?:\/\/[^/]/.test(uri)) return 'is not written with // and a host.';
    if (protocol === 'https:' || LOOPBACK.has(hostname)) return undefined;
    return 'is on plain http; that is for loopback (localhost, 127.0.0.1, [::1]) alone.';
  }
  if (applicationType === 'web')
    return 'must be https, or http on loopback. Other schemes are for native applications.';
  // RFC 8252 7.1: a scheme that is the owner's domain name reversed belongs to them; this also excludes javascript: and data:.
  if (!protocol.includes('.'))
    return 'must have a private scheme with a dot in it, as com.example.app:/callback (RFC 8252 7.1).';
  return undefined;
}
