import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { GatehouseError } from '../errors.js';
import { random } from './random-bytes.js';

/** The location of a sealed value. It is bound into the seal, so a ciphertext that is moved elsewhere does not open. */
export interface SealedAt {
  readonly realm: string;
  readonly collection: string;
  readonly id: string;
  readonly field: string;
}

export interface SealingKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Seals and opens by AES-256-GCM under keys that live outside the database. */
export interface SecretBox {
  /** The id of the key that seals now. */
  readonly currentKeyId: string;
  /**
   * Seals under this key from now on. False if it is missing. Nothing is sealed then, since values under another key could soon
   * no longer be opened.
   */
  sealUnder(keyId: string): boolean;
  /** Whether it is sealed under the current key. */
  isCurrent(sealed: string): boolean;
  /** `<key id>.<nonce, ciphertext and tag in base64url>` */
  seal(at: SealedAt, clear: string): string;
  /** @throws GatehouseError `seal-broken` if the key is unknown, or the value or place differs from what was sealed */
  open(at: SealedAt, sealed: string): string;
}

const NONCE = 12;
const TAG = 16;

/**
 * @param keys the first one seals; all of them open
 * @param find looks for a key that was added later; called once for each unknown key
 */
export function secretBox(
  keys: readonly [SealingKey, ...SealingKey[]],
  find: (keyId: string) => SealingKey | undefined = () => undefined,
): SecretBox {
  // Created once: from a raw key the cipher would create a key object with each call, which costs more than everything else.
  const byId = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]));
  let currentKeyId = keys[0].id;
  let currentKey = byId.get(currentKeyId);

  function keyOf(id: string): KeyObject | undefined {
    const known = byId.get(id);
    if (known) return known;
    const found = find(id);
    if (!found) return undefined;
    const key = createSecretKey(found.key);
    byId.set(id, key);
    return key;
  }

  return {
    get currentKeyId() {
      return currentKeyId;
    },
    sealUnder(id) {
      currentKeyId = id;
      currentKey = keyOf(id);
      return currentKey !== undefined;
    },
    isCurrent: (value) => value.startsWith(`${currentKeyId}.`),
    seal(at, clear) {
      currentKey ??= keyOf(currentKeyId);
      if (!currentKey) throw lacking(at, currentKeyId);
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', currentKey, nonce, { authTagLength: TAG });
      cipher.setAAD(associatedData(at));
      const body = Buffer.concat([nonce, cipher.update(clear, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${currentKeyId}.${body.toString('base64url')}`;
    },
    open(at, sealed) {
      const dot = sealed.indexOf('.');
      const keyId = sealed.slice(0, dot);
      const key = keyOf(keyId);
      if (!key) throw broken(at, `no sealing key ${JSON.stringify(keyId)} is at hand`);
      const body = Buffer.from(sealed.slice(dot + 1), 'base64url');
      if (body.length < NONCE + TAG) throw broken(at, 'the value is too short');
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(associatedData(at));
      decipher.setAuthTag(body.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]).toString();
      } catch (cause) {
        throw broken(at, 'it was sealed elsewhere, under another key, or changed since', { cause });
      }
    },
  };
}

// A JSON array, so that two different places never have the same encoding.
const associatedData = ({ realm, collection, id, field }: SealedAt): Buffer =>
  Buffer.from(JSON.stringify([realm, collection, id, field]));

const lacking = ({ field, collection, id }: SealedAt, keyId: string): GatehouseError =>
  new GatehouseError(
    'seal-broken',
    `The ${field} of ${collection} ${id} can't be sealed: this store is sealed under the key ${keyId}, and GATEHOUSE_KEYS has no ` +
      `${keyId}.key. Copy it there.`,
  );

const broken = (at: SealedAt, why: string, options?: ErrorOptions): GatehouseError =>
  new GatehouseError(
    'seal-broken',
    `The sealed ${at.field} of ${at.collection} ${at.id} does not open: ${why}.`,
    options,
  );
