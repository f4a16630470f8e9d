import { random } from '../../base/crypto/random-bytes.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import type { FactorContext } from './second-factor-method.js';

/** Shown once, for the case that the authenticator app is lost. */
const RECOVERY_CODES = 10;

/** 80 bits in 16 characters, none of which look alike (Crockford's base32). */
const BYTES = 10;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const FORM = /^[0-9a-hjkmnp-tv-z]{16}$/;

/** In display form: four groups of four. */
export const newRecoveryCodes = (): readonly string[] => Array.from({ length: RECOVERY_CODES }, newCode);

function newCode(): string {
  let bits = BigInt(`0x${random(BYTES).toString('hex')}`);
  let code = '';
  for (let i = 0; i < 16; i++) {
    code += ALPHABET.charAt(Number(bits & 31n));
    bits >>= 5n;
  }
  return code.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** The recovery code that was typed; undefined if it cannot be one. */
export function readRecoveryCode(typed: string): string | undefined {
  const code = readTypedCode(typed).toLowerCase().replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return FORM.test(code) ? code : undefined;
}

/** The stored form of a recovery code: bound to its user, and useless to a thief of the store. */
export const hashedRecoveryCode = (code: string, digest: FactorContext['digest']): string =>
  digest('recovery code', readRecoveryCode(code) ?? code);
