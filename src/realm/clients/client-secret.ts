import type { Instant } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { newId, newSecret } from '../../base/crypto/ids.js';
import { sameText } from '../../base/crypto/constant-time-equal.js';
import type { Client, ClientSecret } from './client.js';

/**
 * Whether this is one of the client's secrets that are good now. Takes the same time whichever it is and however wrong:
 * hashes of one length are compared, all of them.
 */
export function compareSecret(client: Pick<Client, 'secrets'>, presented: string, now: Instant): boolean {
  const hash = hashOf(presented);
  let found = false;
  for (const secret of client.secrets) {
    const same = sameText(hash, secret.hash);
    const good = secret.expiresAt === undefined || secret.expiresAt > now;
    found = (same && good) || found;
  }
  return found;
}

/** Those that are good now, or will be for a while; the others need not be kept. */
export const goodSecrets = ({ secrets }: Pick<Client, 'secrets'>, at: Instant): ClientSecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at);

/** A client has at most so many that are good: each is compared at every request. */
export const MOST_SECRETS = 10;

const SHORTEST = 32;
// Fewer than one in ten million of 32 random hex digits have less.
const FEWEST_CHARACTERS = 8;

/**
 * Why a secret that somebody chose is too weak, as the end of a sentence; undefined when it is not. It is kept as a plain
 * SHA-256, which is safe only for what nobody can guess; no rule can see that, but these see what certainly can be guessed.
 */
export function secretFault(secret: string): string | undefined {
  if (secret.length < SHORTEST) return `has fewer than ${SHORTEST} characters.`;
  if (new Set(secret).size < FEWEST_CHARACTERS) return `has fewer than ${FEWEST_CHARACTERS} different characters.`;
  if (isRepetition(secret)) return 'repeats a shorter text.';
  return undefined;
}

/** Whether it is a shorter text again and again, the last time perhaps cut off. */
function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) if (text.startsWith(text.slice(period))) return true;
  return false;
}

/** Whether HTTP Basic carries it only encoded (RFC 6749 2.3.1, appendix B). Many applications send it as it is. */
export const needsEncoding = (secret: string): boolean => /[^A-Za-z0-9*._-]/.test(secret);

/** A secret in its stored form, and in the clear for the one time that it is shown. Generated when none is given. */
export function makeSecret(
  at: Instant,
  given = newSecret(),
): { readonly stored: ClientSecret; readonly clear: string } {
  return { stored: { id: newId(), hash: hashOf(given), createdAt: at }, clear: given };
}
