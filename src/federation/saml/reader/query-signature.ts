import type { KeyObject } from 'node:crypto';
import { isSignatureAlgorithm, isSignedBy } from './algorithms.js';
import { must, SamlRefused } from './refusals.js';

/** A message that came by the query of an address. */
export interface QueryMessage {
  readonly kind: 'SAMLRequest' | 'SAMLResponse';
  /** Decoded from the address, and still compressed. */
  readonly message: string;
  readonly relayState?: string;
  readonly isSigned: boolean;
}

const MESSAGES = ['SAMLRequest', 'SAMLResponse'] as const;
const PARAMETERS: ReadonlySet<string> = new Set([...MESSAGES, 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding']);
const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';

/**
 * Reads the query of an address, and verifies its signature over the characters as they came (SAML Bindings 3.4.4.1). Each parameter may stand
 * once: what is signed is then what is read.
 *
 * @param query without "?", not decoded
 * @throws SamlRefused
 */
export function readQuery(query: string, keys: readonly KeyObject[]): QueryMessage {
  const raw = new Map<string, string>();
  for (const part of query.split('&')) {
    const [name = '', ...value] = part.split('=');
    const known = decoded(name);
    if (!PARAMETERS.has(known)) continue;
    // Also a second one that is spelled otherwise.
    must(!raw.has(known) && known === name, 'saml-query');
    raw.set(known, value.join('='));
  }
  const [kind, ...others] = MESSAGES.filter((name) => raw.has(name));
  if (!kind || others.length > 0) throw new SamlRefused('saml-query');
  must(decoded(raw.get('SAMLEncoding') ?? DEFLATE) === DEFLATE, 'saml-encoding');
  const relayState = raw.get('RelayState');
  const message = decoded(raw.get(kind) ?? '');
  const isSigned = raw.has('Signature') || raw.has('SigAlg');
  if (isSigned) checkSignature(kind, raw, keys);
  return { kind, message, isSigned, ...(relayState !== undefined && { relayState: decoded(relayState) }) };
}

function checkSignature(kind: string, raw: ReadonlyMap<string, string>, keys: readonly KeyObject[]): void {
  const algorithm = decoded(raw.get('SigAlg') ?? '');
  must(isSignatureAlgorithm(algorithm), 'saml-signature-algorithm');
  const signedOver = [kind, 'RelayState', 'SigAlg'].flatMap((name) =>
    raw.has(name) ? `${name}=${raw.get(name)}` : [],
  );
  const signature = Buffer.from(decoded(raw.get('Signature') ?? ''), 'base64');
  if (!isSignedBy(algorithm, keys, signedOver.join('&'), signature))
    throw new SamlRefused('saml-signature', { unknownKey: true });
}

/** @throws SamlRefused if the escapes are wrong */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new SamlRefused('saml-query');
  }
}
