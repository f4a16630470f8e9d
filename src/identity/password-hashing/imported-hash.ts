/** Password hashes of other programs, over the password itself without our pepper, in their export formats. */
import bcrypt from 'bcrypt';
import { argon2, createHash, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { sameBytes } from '../../base/crypto/constant-time-equal.js';

const argon2Of = promisify(argon2);
const pbkdf2Of = promisify(pbkdf2);
const scryptOf = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
) => Promise<Buffer>;

/** How a digest is derived from a password, with cost and salt. */
const derivation = z.discriminatedUnion('kind', [
  /** The beginning of the library's hashes: version, cost and salt. */
  z.object({ kind: z.literal('bcrypt'), cost: z.int(), salt: z.string() }),
  z.object({ kind: z.literal('salted-sha'), digest: z.enum(['sha1', 'sha256', 'sha512']), salt: z.string() }),
  z.object({
    kind: z.literal('pbkdf2'),
    digest: z.enum(['sha1', 'sha256', 'sha512']),
    iterations: z.int(),
    length: z.int(),
    salt: z.string(),
  }),
  z.object({
    kind: z.literal('scrypt'),
    logN: z.int(),
    blockSize: z.int(),
    parallelism: z.int(),
    length: z.int(),
    salt: z.string(),
  }),
  z.object({
    kind: z.literal('argon2id'),
    memoryKiB: z.int(),
    passes: z.int(),
    parallelism: z.int(),
    length: z.int(),
    salt: z.string(),
  }),
]);
/** Salts in base64, except for bcrypt. */
export type Derivation = z.output<typeof derivation>;

export type ImportedHash =
  | { readonly kind: 'bcrypt'; readonly cost: number; readonly text: string }
  | { readonly kind: 'derived'; readonly derivation: Derivation; readonly digest: Buffer };

/** More expensive hashes are never computed: one sign-in would cost as much as thousands. */
const HIGHEST = { bcryptCost: 14, iterations: 2_000_000, memoryKiB: 64 * 1024, passes: 20, parallelism: 4 };
/** Below these, a thief of the hash can try too many passwords a second. */
const LEAST = { bcryptCost: 10, iterations: 100_000, memoryKiB: 8 * 1024 };

/** Parses a hash, or returns why it is not accepted. */
export function readImportedHash(text: string): ImportedHash | { readonly kind: 'fault'; readonly fault: Problem } {
  const read = bcryptIn(text) ?? argon2In(text) ?? scryptIn(text) ?? pbkdf2In(text) ?? saltedShaIn(text);
  if (!read) return { kind: 'fault', fault: problem('imported-hash-form', [], {}) };
  if (isBearable(read)) return read;
  const { bcryptCost, iterations, memoryKiB } = HIGHEST;
  return {
    kind: 'fault',
    fault: problem('imported-hash-cost', [], { bcryptCost, iterations, memoryMiB: memoryKiB / 1024 }),
  };
}

/** Hashes that are so fast that a stolen one is soon guessed; they are hashed again on import. */
export function isWeak(hash: ImportedHash): boolean {
  if (hash.kind === 'bcrypt') return false;
  const { derivation: how } = hash;
  switch (how.kind) {
    case 'bcrypt':
    case 'salted-sha':
      return true;
    case 'pbkdf2':
      return how.iterations < LEAST.iterations;
    case 'scrypt':
      return scryptMemoryKiB(how) < LEAST.memoryKiB;
    case 'argon2id':
      return how.memoryKiB < LEAST.memoryKiB;
  }
}

const scryptMemoryKiB = ({ blockSize, logN }: { readonly blockSize: number; readonly logN: number }): number =>
  (128 * blockSize * 2 ** logN) / 1024;

export const writeDerivation = (value: Derivation): string => JSON.stringify(value);
/** @throws ZodError for text that {@link writeDerivation} did not write */
export const readDerivation = (text: string): Derivation => derivation.parse(JSON.parse(text));

/** Whether this is the password of the hash. */
export async function isPasswordOf(password: string, hash: ImportedHash): Promise<boolean> {
  if (hash.kind === 'bcrypt') return bcrypt.compare(password, hash.text);
  return sameBytes(await derive(password, hash.derivation), hash.digest);
}

export async function derive(password: string, how: Derivation): Promise<Buffer> {
  const salt = Buffer.from(how.salt, 'base64');
  switch (how.kind) {
    case 'bcrypt':
      return Buffer.from((await bcrypt.hash(password, how.salt)).slice(how.salt.length));
    case 'salted-sha':
      return createHash(how.digest).update(password).update(salt).digest();
    case 'pbkdf2':
      return pbkdf2Of(password, salt, how.iterations, how.length, how.digest);
    case 'scrypt': {
      const [N, r, p] = [2 ** how.logN, how.blockSize, how.parallelism];
      return scryptOf(password, salt, how.length, { N, r, p, maxmem: 2 * HIGHEST.memoryKiB * 1024 });
    }
    case 'argon2id':
      return argon2Of('argon2id', {
        message: password,
        nonce: salt,
        parallelism: how.parallelism,
        tagLength: how.length,
        memory: how.memoryKiB,
        passes: how.passes,
      });
  }
}

/** In bytes. */
const BLOCK = { sha1: 20, sha256: 32, sha512: 64 } as const;

function isBearable(hash: ImportedHash): boolean {
  if (hash.kind === 'bcrypt') return hash.cost >= 4 && hash.cost <= HIGHEST.bcryptCost;
  const { derivation: how, digest } = hash;
  if (digest.length < 16 || digest.length > 128 || how.salt.length > 200) return false;
  switch (how.kind) {
    case 'bcrypt':
      return how.cost >= 4;
    case 'salted-sha':
      return true;
    case 'pbkdf2':
      // Each block of the digest is derived separately.
      return how.iterations >= 1 && how.iterations * Math.ceil(how.length / BLOCK[how.digest]) <= HIGHEST.iterations;
    case 'scrypt': {
      // RFC 7914 2: N is less than 2^(128 * r / 8).
      const least = how.logN >= 1 && how.blockSize >= 1 && how.parallelism >= 1 && how.logN < 16 * how.blockSize;
      return least && scryptMemoryKiB(how) <= HIGHEST.memoryKiB && how.parallelism <= HIGHEST.parallelism;
    }
    case 'argon2id': {
      // RFC 9106 3.1: 8 KiB for each lane, one for the others, and a salt of 8 bytes.
      const least = how.passes >= 1 && how.parallelism >= 1 && how.memoryKiB >= 8 * how.parallelism;
      const most = how.memoryKiB <= HIGHEST.memoryKiB && how.passes <= HIGHEST.passes;
      return least && most && how.parallelism <= HIGHEST.parallelism && Buffer.from(how.salt, 'base64').length >= 8;
    }
  }
}

/** The length of version, cost and salt. */
const BCRYPT_SALT = 29;

function bcryptIn(text: string): ImportedHash | undefined {
  const [, cost, rest] = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{53})$/.exec(text) ?? [];
  if (cost === undefined || rest === undefined) return undefined;
  // All three versions mean the same for hashes of correct programs; the library knows two of them.
  const known = `$2b$${cost}$${rest}`;
  if (Number(cost) >= LEAST.bcryptCost) return { kind: 'bcrypt', cost: Number(cost), text: known };
  const salt = known.slice(0, BCRYPT_SALT);
  const digest = Buffer.from(known.slice(BCRYPT_SALT));
  return { kind: 'derived', digest, derivation: { kind: 'bcrypt', cost: Number(cost), salt } };
}

function argon2In(text: string): ImportedHash | undefined {
  const [, m, t, p, salt, tag] =
    /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)=*\$([A-Za-z0-9+/]+)=*$/.exec(text) ?? [];
  if (m === undefined || t === undefined || p === undefined || salt === undefined || tag === undefined)
    return undefined;
  const digest = Buffer.from(tag, 'base64');
  const cost = { memoryKiB: Number(m), passes: Number(t), parallelism: Number(p) };
  return {
    kind: 'derived',
    digest,
    derivation: { kind: 'argon2id', ...cost, length: digest.length, salt: base64Of(salt) },
  };
}

function scryptIn(text: string): ImportedHash | undefined {
  const [, ln, r, p, salt, tag] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)=*\$([A-Za-z0-9+/]+)=*$/.exec(text) ?? [];
  if (ln === undefined || r === undefined || p === undefined || salt === undefined || tag === undefined)
    return undefined;
  const digest = Buffer.from(tag, 'base64');
  const cost = { logN: Number(ln), blockSize: Number(r), parallelism: Number(p) };
  return {
    kind: 'derived',
    digest,
    derivation: { kind: 'scrypt', ...cost, length: digest.length, salt: base64Of(salt) },
  };
}

function pbkdf2In(text: string): ImportedHash | undefined {
  // passlib writes `.` for `+`; Django's salt is the text itself.
  const passlib = /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,8})\$([A-Za-z0-9./]*)\$([A-Za-z0-9./]+)$/.exec(text);
  if (passlib) {
    const [, digest = 'sha1', iterations, salt = '', tag = ''] = passlib;
    return derivedByPbkdf2(digest, iterations, base64Of(salt.replaceAll('.', '+')), tag.replaceAll('.', '+'));
  }
  const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,8})\$([^$]{1,128})\$([A-Za-z0-9+/]+=*)$/.exec(text);
  if (!django) return undefined;
  const [, digest = '', iterations, salt = '', tag = ''] = django;
  return derivedByPbkdf2(digest, iterations, Buffer.from(salt).toString('base64'), tag);
}

function derivedByPbkdf2(
  digestName: string,
  iterations: string | undefined,
  salt: string,
  tag: string,
): ImportedHash | undefined {
  const digest = Buffer.from(tag, 'base64');
  const how = derivation.safeParse({
    kind: 'pbkdf2',
    digest: digestName,
    iterations: Number(iterations),
    length: digest.length,
    salt,
  });
  return how.success ? { kind: 'derived', digest, derivation: how.data } : undefined;
}

const SHA = { SSHA: ['sha1', 20], SSHA256: ['sha256', 32], SSHA512: ['sha512', 64] } as const;

/** As LDAP servers store them (RFC 2307, and the common names beside it): the digest, then the salt. */
function saltedShaIn(text: string): ImportedHash | undefined {
  const [, scheme, encoded] = /^\{(SSHA|SSHA256|SSHA512)\}([A-Za-z0-9+/]+=*)$/i.exec(text) ?? [];
  if (scheme === undefined || encoded === undefined) return undefined;
  const [digest, length] = SHA[scheme.toUpperCase() as keyof typeof SHA];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length <= length) return undefined;
  const salt = bytes.subarray(length).toString('base64');
  return { kind: 'derived', digest: bytes.subarray(0, length), derivation: { kind: 'salted-sha', digest, salt } };
}

/** With padding, as we store it. */
const base64Of = (text: string): string => Buffer.from(text, 'base64').toString('base64');
