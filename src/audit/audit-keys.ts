import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { canonicalJson } from '../base/canonical-json.js';
import { sameBytes } from '../base/crypto/constant-time-equal.js';
import { GatehouseError } from '../base/errors.js';
import type { Json } from '../base/json.js';
import { type WebhookSecret, webhookSecret } from './streams/webhook-request.js';

/**
 * Proves audit records. The secrets stay outside the store, so nobody who only writes to the database can make a record or a
 * link of the chain that passes.
 */
export interface AuditKeys {
  /** The key that signs and authenticates now. */
  readonly currentId: string;
  has(keyId: string): boolean;
  /** HMAC-SHA-256 in base64url, under the current key. */
  mac(text: string): string;
  /** False for an unknown key. */
  checkMac(keyId: string, text: string, mac: string): boolean;
  /** Ed25519 (RFC 8032) in base64url, under the current key. Computed in another thread, since many are needed at once. */
  sign(text: string): Promise<string>;
  /** False for an unknown key. */
  checkSignature(keyId: string, text: string, signature: string): boolean;
  /**
   * A keyed hash under the oldest key, so that a new key changes none: of search terms, and of names that matched nobody, which
   * are sometimes passwords.
   */
  termOf(text: string): string;
  /**
   * The public key of this one, or of the current one, in PEM: it verifies the chain without any secret.
   * @throws GatehouseError `bad-configuration` for an unknown key
   */
  publicKey(keyId?: string): string;
  /** The secret that signs requests to a webhook of this name. It stays the same when a newer audit key is added. */
  webhookSecret(name: Json): WebhookSecret;
}

interface Derived {
  readonly mac: KeyObject;
  readonly signing: KeyObject;
  readonly verifying: KeyObject;
}

const signElsewhere = promisify<null, Buffer, KeyObject, Buffer>(sign);

/** The fixed beginning of an Ed25519 private key in PKCS #8 (RFC 8410 section 7), before its 32 bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param secrets the first signs; all of them verify */
export function auditKeys(secrets: readonly { readonly id: string; readonly secret: Buffer }[]): AuditKeys {
  const [current] = secrets;
  const oldest = secrets.at(-1);
  if (!current || !oldest)
    throw new GatehouseError(
      'bad-configuration',
      'GATEHOUSE_KEYS must hold an audit key, as <key id>.audit-key: put it back.',
    );
  const byId = new Map(secrets.map(({ id, secret }) => [id, derive(secret)]));
  const own = derive(current.secret);
  const terms = createSecretKey(derived(oldest.secret, 'terms'));
  const webhooks = createSecretKey(derived(oldest.secret, 'webhooks'));
  const macOf = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    currentId: current.id,
    has: (keyId) => byId.has(keyId),
    mac: (text) => macOf(own.mac, text).toString('base64url'),
    checkMac(keyId, text, mac) {
      const key = byId.get(keyId)?.mac;
      return key !== undefined && sameBytes(Buffer.from(mac, 'base64url'), macOf(key, text));
    },
    sign: async (text) => (await signElsewhere(null, Buffer.from(text), own.signing)).toString('base64url'),
    checkSignature(keyId, text, signature) {
      const key = byId.get(keyId)?.verifying;
      return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
    },
    termOf: (text) => macOf(terms, text).subarray(0, 18).toString('base64url'),
    publicKey(keyId = current.id) {
      const key = byId.get(keyId);
      if (!key)
        throw new GatehouseError('bad-configuration', `GATEHOUSE_KEYS has no ${keyId}.audit-key. Copy it there.`);
      return key.verifying.export({ type: 'spki', format: 'pem' }).toString();
    },
    webhookSecret: (name) => webhookSecret(macOf(webhooks, canonicalJson(name))),
  };
}

function derive(secret: Buffer): Derived {
  const signing = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, derived(secret, 'chain')]),
    format: 'der',
    type: 'pkcs8',
  });
  return { mac: createSecretKey(derived(secret, 'records')), signing, verifying: createPublicKey(signing) };
}

/** One secret, several independent keys (RFC 5869). */
const derived = (secret: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `gatehouse audit ${use}`, 32));
