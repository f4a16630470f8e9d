import bcrypt from 'bcrypt';
import { argon2, type KeyObject, randomBytes, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { sameBytes } from '../../base/crypto/constant-time-equal.js';
import type { HashParameters } from './hash-parameters.js';

const argon2Of = promisify(argon2);

/** bcrypt reads 72 bytes and stops at a NUL. The 64 characters of a MAC represent a password of any length. */
export const peppered = (pepper: KeyObject, password: string): string =>
  createHmac('sha384', pepper).update(password.normalize('NFKC')).digest('base64');

const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** A new hash, in its scheme's text form. @param message the peppered password */
export async function newHash(message: string, wanted: HashParameters): Promise<string> {
  if (wanted.scheme === 'bcrypt') return bcrypt.hash(message, wanted.cost);
  const salt = randomBytes(SALT_BYTES);
  return argon2Text(wanted, salt, await argon2Tag(message, wanted, salt, TAG_BYTES));
}

/** @param hash a hash with these parameters */
export async function isOf(message: string, hash: string, parameters: HashParameters): Promise<boolean> {
  if (parameters.scheme === 'bcrypt') return bcrypt.compare(message, hash);
  const [, , , , salt = '', tag = ''] = hash.split('$');
  const stored = Buffer.from(tag, 'base64');
  const computed = await argon2Tag(message, parameters, Buffer.from(salt, 'base64'), stored.length);
  return sameBytes(computed, stored);
}

/** A hash of this cost that matches no password: comparing with it is the same work as with any other. */
export function hashOfNobody(parameters: HashParameters): string {
  if (parameters.scheme === 'argon2id') return argon2Text(parameters, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
  const digest = Array.from(randomBytes(31), (byte) => BCRYPT_ALPHABET[byte % 64]).join('');
  return bcrypt.genSaltSync(parameters.cost) + digest;
}

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

type Argon2Parameters = HashParameters & { readonly scheme: 'argon2id' };

const argon2Tag = (
  message: string,
  { memoryKiB, passes, parallelism }: Argon2Parameters,
  nonce: Buffer,
  tagLength: number,
): Promise<Buffer> => argon2Of('argon2id', { message, nonce, parallelism, tagLength, memory: memoryKiB, passes });

/** The form that other implementations write and read (the PHC string format). */
const argon2Text = ({ memoryKiB, passes, parallelism }: Argon2Parameters, salt: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
