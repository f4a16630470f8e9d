/** The name and secret of HTTP Basic; the secret in each possible decoding, the standard's first. */
export interface BasicCredentials {
  readonly id: string;
  readonly secrets: readonly [string, ...string[]];
  /** The secret cannot be decoded, so it was sent unencoded. */
  readonly isPlain: boolean;
}

/**
 * Reads the credentials of HTTP Basic. The standard encodes both halves before joining them (RFC 6749 2.3.1), but many
 * applications send the secret unencoded. The unencoded reading counts too, unless an encoder could have produced it.
 *
 * @param authorization the whole header
 * @returns undefined for another scheme, and for text that is no base64 of `id:secret`
 */
export function basicCredentials(authorization: string): BasicCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [name, plain] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  const id = name === undefined ? undefined : formDecoded(name);
  if (id === undefined || id === '' || plain === undefined) return undefined;
  const decoded = formDecoded(plain);
  if (decoded === undefined) return { id, secrets: [plain], isPlain: true };
  const isOne = decoded === plain || isEncoded(plain);
  return { id, secrets: isOne ? [decoded] : [decoded, plain], isPlain: false };
}

/** The header of these credentials in the form of RFC 6749 2.3.1. */
export const basicHeader = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Whether a form encoder may have produced it: it has escapes, and nothing that an encoder would have escaped. */
const isEncoded = (text: string): boolean => /^(?:[A-Za-z0-9*._+-]|%[0-9A-Fa-f]{2})*$/.test(text) && text.includes('%');

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
