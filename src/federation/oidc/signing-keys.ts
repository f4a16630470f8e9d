import { z } from 'zod';
import { type Instant, minutes, now } from '../../base/clock.js';
import { ProviderFailure } from './client/faults.js';
import { RationedRead } from '../connectors/rationed-read.js';

const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(200) });
export type KeySet = z.output<typeof keySet>;

/** As long as key sets are commonly held. A key that a provider takes back stops working after this time. */
const HELD = minutes(5);

/**
 * The public keys of a provider (RFC 7517). They are held for a while, and read again for a token that names a key which is not among them,
 * so that new keys work at once. Errors are never held.
 */
export class SigningKeys {
  readonly #read: () => Promise<Response>;
  readonly #rationed = new RationedRead(() => this.#readAnew());
  #held: { readonly set: KeySet; readonly at: Instant } | undefined;

  /** @param read asks the provider for its key set */
  constructor(read: () => Promise<Response>) {
    this.#read = read;
  }

  /**
   * The key set for a token.
   *
   * @param kid the key that the token names; absent: nobody knows whether it is among those held
   * @throws ProviderFailure if the provider gives no key set
   */
  async forKey(kid: string | undefined): Promise<KeySet> {
    return this.#heldWith(kid) ?? this.#readAnew();
  }

  /**
   * Like {@link forKey}, for a token that anybody may have sent: however many unknown keys such tokens name, the provider is asked as often as
   * {@link RationedRead} allows.
   */
  async forStranger(kid: string | undefined): Promise<KeySet> {
    return this.#heldWith(kid) ?? this.#rationed.get();
  }

  #heldWith(kid: string | undefined): KeySet | undefined {
    const held = this.#held;
    const isHeld = held && now() - held.at < HELD;
    return isHeld && held.set.keys.some((key) => kid !== undefined && key['kid'] === kid) ? held.set : undefined;
  }

  async #readAnew(): Promise<KeySet> {
    const set = await readKeySet(await this.#read());
    this.#held = { set, at: now() };
    return set;
  }
}

/** @throws ProviderFailure if it is no key set */
async function readKeySet(response: Response): Promise<KeySet> {
  const read = keySet.safeParse(await response.json().catch(() => undefined));
  if (!read.success) throw new ProviderFailure('body-invalid');
  if (!read.data.keys.some(isSigningKey)) throw new ProviderFailure('no-keys');
  return read.data;
}

/** A public key that can sign: no HMAC secret, and none for encryption only. */
export const isSigningKey = (key: Readonly<Record<string, unknown>>): boolean =>
  key['use'] !== 'enc' && ['RSA', 'EC', 'OKP', 'AKP'].some((type) => key['kty'] === type);

const header = z.object({ kid: z.string().optional() });

/** The key that a JWT names (RFC 7515 4.1.4). Nothing of it is verified yet. */
export function namedKey(jwt: unknown): string | undefined {
  if (typeof jwt !== 'string') return undefined;
  const [encoded = ''] = jwt.split('.');
  try {
    return header.safeParse(JSON.parse(Buffer.from(encoded, 'base64url').toString())).data?.kid;
  } catch {
    return undefined;
  }
}
