import { problem, type Problem } from '../../base/problems/problem.js';
import type { Instant } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { newId, newSecret } from '../../base/crypto/ids.js';
import { sameText } from '../../base/crypto/constant-time-equal.js';
import { type Client, type ClientSecret, keepsSecret } from './client.js';

/**
 * Whether this is one of the client's valid secrets. Takes the same time for any input: it compares all hashes, which have
 * equal lengths.
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

/** The secrets that are or will be valid; the others can be dropped. */
export const goodSecrets = ({ secrets }: Pick<Client, 'secrets'>, at: Instant): ClientSecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at);

/** The maximum number of valid secrets of a client: each is compared at every request. */
export const MOST_SECRETS = 10;

const SHORTEST = 32;
// Fewer than one in ten million strings of 32 random hex digits have fewer different characters.
const FEWEST_CHARACTERS = 8;

/**
 * Why a chosen secret is too weak; undefined if it is not. It is stored as a plain SHA-256, which is
 * safe only for values that nobody can guess. No rule can verify that, but these rules find values that certainly can be
 * guessed.
 */
export function secretFault(secret: string, client?: string): Problem | undefined {
  const whose = client !== undefined && { client };
  if (secret.length < SHORTEST) return problem('secret-too-short', [], { least: SHORTEST, ...whose });
  if (new Set(secret).size < FEWEST_CHARACTERS) {
    return problem('secret-few-characters', [], { least: FEWEST_CHARACTERS, ...whose });
  }
  return isRepetition(secret) ? problem('secret-repetition', [], { ...whose }) : undefined;
}

/** Why the client can't have this chosen secret, if one is chosen. */
export function givenSecretFault(client: Pick<Client, 'id' | 'authentication'>, secret?: string): Problem | undefined {
  if (secret === undefined) return undefined;
  const { id, authentication } = client;
  if (!keepsSecret(client)) return problem('client-can-have-no-secret', [], { client: id, authentication });
  return secretFault(secret, id);
}

/** Whether it repeats a shorter text, possibly truncated at the end. */
function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) if (text.startsWith(text.slice(period))) return true;
  return false;
}

/** Whether HTTP Basic needs it encoded (RFC 6749 2.3.1, appendix B). Many applications send it unencoded. */
export const needsEncoding = (secret: string): boolean => /[^A-Za-z0-9*._-]/.test(secret);

/** A secret in its stored form, and in plain text for its only display. Generated if none is given. */
export function makeSecret(
  at: Instant,
  given = newSecret(),
): { readonly stored: ClientSecret; readonly clear: string } {
  return { stored: { id: newId(), hash: hashOf(given), createdAt: at }, clear: given };
}
