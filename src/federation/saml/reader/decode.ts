import { inflateRawSync } from 'node:zlib';
import { must, SamlRefused } from './refusals.js';

/** Of a message as XML, in bytes. */
const LONGEST_XML = 256 * 1024;

/** Of a message in base64, with the line breaks that many providers write. */
const LONGEST_BASE64 = Math.ceil((LONGEST_XML * 4) / 3) + 16 * 1024;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A message of a form (SAML Bindings 3.5.4). @throws SamlRefused */
export const decodePosted = (text: string): string => textOfBytes(bytesOf(text));

/** A message of an address (SAML Bindings 3.4.4.1): compressed, and nobody knows how long it becomes. @throws SamlRefused */
export function decodeRedirected(text: string): string {
  const compressed = bytesOf(text);
  try {
    return textOfBytes(inflateRawSync(compressed, { maxOutputLength: LONGEST_XML }));
  } catch (error) {
    if (error instanceof SamlRefused) throw error;
    throw new SamlRefused(isTooLong(error) ? 'saml-too-long' : 'saml-encoding');
  }
}

function bytesOf(text: string): Buffer {
  must(text.length <= LONGEST_BASE64, 'saml-too-long');
  const characters = text.replaceAll(/[\r\n\t ]/g, '');
  must(characters !== '' && BASE64.test(characters) && characters.length % 4 !== 1, 'saml-encoding');
  const bytes = Buffer.from(characters, 'base64');
  must(bytes.length <= LONGEST_XML, 'saml-too-long');
  return bytes;
}

/** UTF-8 alone: what claims to be of another encoding would be read otherwise by somebody else. */
function textOfBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new SamlRefused('saml-encoding');
  }
}

const isTooLong = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
