import type { UriFault } from './client-problems.js';

/** Characters that no URI contains (RFC 3986 2), though browsers accept them. */
export function uriFault(text: string): UriFault | undefined {
  if (/[\s\\\u0000-\u001f\u007f]/.test(text)) return { is: 'odd-characters' };
  return /[^\x21-\x7e]/.test(text) ? { is: 'not-ascii' } : undefined;
}

/** Why Gatehouse cannot fetch this URL; undefined if it can. */
export function webAddressFault(text: string): UriFault | undefined {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) return { is: 'not-https' };
  const odd = uriFault(text);
  if (odd !== undefined) return odd;
  const { username, password } = new URL(text);
  if (username || password) return { is: 'user-or-password' };
  if (text.includes('#')) return { is: 'fragment-never-sent' };
  return undefined;
}

/** Why browsers cannot be sent to this URL. */
export function startUriFault(text: string): UriFault | undefined {
  const fault = webAddressFault(text);
  if (fault !== undefined) return fault;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.has(hostname) ? undefined : { is: 'https-or-loopback' };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const APP_ORIGINS = [
  /^(?:capacitor|ionic):\/\/[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
  /^chrome-extension:\/\/[a-p]{32}$/,
  /^moz-extension:\/\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
];

/** Whether it is the origin of a hybrid application on a device, or of a browser's extension: `capacitor://localhost`. */
export const isAppOrigin = (text: string): boolean => APP_ORIGINS.some((origin) => origin.test(text));

/** Why an origin (RFC 6454) is invalid. It must be written as a browser sends it. */
export function originFault(text: string): UriFault | undefined {
  if (isAppOrigin(text)) return undefined;
  if (!URL.canParse(text)) return { is: 'not-an-origin' };
  const { protocol, hostname, origin } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) {
    return { is: 'https-or-loopback' };
  }
  if (origin !== text) return { is: 'origin-otherwise', origin };
  return undefined;
}
