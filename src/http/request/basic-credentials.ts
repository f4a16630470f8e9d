/** The name and secret of HTTP Basic; the secret in each possible reading, the standard's first. */
export interface BasicCredentials {
  readonly id: string;
  readonly secrets: readonly [string, ...string[]];
  /** The secret cannot be decoded, and so was sent as it is. */
  readonly isPlain: boolean;
}

/**
 * Reads the credentials of HTTP Basic. Both halves are form-encoded before they are joined (RFC 6749 2.3.1), but many applications send
 * the secret as it is. Its plain reading counts too, unless an encoder could have written it: then it means what it encodes.
 *
 * @param authorization the whole header
 * @returns undefined for another scheme, and for what is no base64 of `id:secret`
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

/** The header of these credentials as RFC 6749 2.3.1 writes it. */
export const basicHeader = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Whether a form encoder may have written it: escapes, and nothing that an encoder would have escaped. */
const isEncoded = (text: string): boolean => /^(?:[A-Za-z0-9*._+-]|%[0-9A-Fa-f]{2})*$/.test(text) && text.includes('%');

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
