/** Characters that no URI contains (RFC 3986 2), though browsers accept them, as the end of a sentence. */
export function uriFault(text: string): string | undefined {
  if (/[\s\\\u0000-\u001f\u007f]/.test(text)) return 'has a space, a backslash or a control character in it.';
  return /[^\x21-\x7e]/.test(text)
    ? 'has a character in it that is not ASCII; write it as browsers send it: %C3%A9 for \u00e9, xn--... for such a host.'
    : undefined;
}

/** Why Gatehouse cannot fetch this URL, as the end of a sentence; undefined if it can. */
export function webAddressFault(text: string): string | undefined {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) return 'is not an https address.';
  const odd = uriFault(text);
  if (odd !== undefined) return odd;
  const { username, password } = new URL(text);
  if (username || password) return 'has a user or password in it.';
  if (text.includes('#')) return 'has a fragment, which is never sent.';
  return undefined;
}

/** Why browsers cannot be sent to this URL, as the end of a sentence. */
export function startUriFault(text: string): string | undefined {
  const fault = webAddressFault(text);
  if (fault !== undefined) return fault;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.has(hostname) ? undefined : 'must be https, or http on loopback.';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const APP_ORIGINS = [
  /^(?:capacitor|ionic):\/\/[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
  /^chrome-extension:\/\/[a-p]{32}$/,
  /^moz-extension:\/\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
];

/** Whether it is the origin of a hybrid application on a device, or of a browser's extension: `capacitor://localhost`. */
export const isAppOrigin = (text: string): boolean => APP_ORIGINS.some((origin) => origin.test(text));

/** Why an origin (RFC 6454) is invalid, as the end of a sentence. It must be written as a browser sends it. */
export function originFault(text: string): string | undefined {
  if (isAppOrigin(text)) return undefined;
  if (!URL.canParse(text)) return 'is not an origin, as https://app.example.com.';
  const { protocol, hostname, origin } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) {
    return 'must be https, or http on loopback.';
  }
  if (origin !== text) return `is not an origin as browsers write it; that would be ${origin}.`;
  return undefined;
}
