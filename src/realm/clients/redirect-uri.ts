import { parameterAmong } from './answer-parameters.js';
import type { UriFault } from './client-problems.js';
import { uriFault } from './client-uris.js';
import type { Client } from './client.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a redirect URI is invalid; undefined if it is valid. They are compared exactly (RFC 9700 2.1),
 * so each must identify exactly one place, in a browser's own spelling.
 *
 * @param ours the names of the parameters that our response adds
 */
export function redirectUriFault(
  uri: string,
  applicationType: Client['applicationType'],
  ours: ReadonlySet<string>,
): UriFault | undefined {
  if (!URL.canParse(uri) || !/^[a-z][a-z0-9+.-]*:/.test(uri)) return { is: 'not-absolute' };
  const odd = uriFault(uri);
  if (odd !== undefined) return odd;
  if (uri.includes('#')) return { is: 'fragment-in-redirect' };
  if (uri.includes('*')) return { is: 'wildcard' };
  const ambiguous = parameterAmong(ours, uri);
  if (ambiguous !== undefined) return { is: 'parameter-of-answer', parameter: ambiguous };
  const { protocol, hostname, username, password } = new URL(uri);
  if (username || password) return { is: 'user-or-password' };
  if (protocol === 'https:' || protocol === 'http:') {
    if (!/^https?:\/\/[^/]/.test(uri)) return { is: 'without-host' };
    if (protocol === 'https:' || LOOPBACK.has(hostname)) return undefined;
    return { is: 'plain-http' };
  }
  if (applicationType === 'web') return { is: 'scheme-of-native' };
  // RFC 8252 7.1: a scheme that is the owner's domain name reversed belongs to them; this also excludes javascript: and data:.
  return protocol.includes('.') ? undefined : { is: 'private-scheme' };
}
