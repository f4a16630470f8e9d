import type { Instant } from '../../../base/clock.js';

/** Bits of userAccountControl and of msDS-User-Account-Control-Computed (MS-ADTS 2.2.16, 3.1.1.4.5.17). */
const ACCOUNT_DISABLED = 0x2;
const PASSWORD_EXPIRED = 0x80_0000;

/** Whether an administrator disabled the account, by its userAccountControl. */
export const isDisabled = (control: string): boolean => hasBit(control, ACCOUNT_DISABLED);

/** Whether the password must be changed, by the computed control: it is too old, or somebody else set it. */
export const isPasswordExpired = (computed: string): boolean => hasBit(computed, PASSWORD_EXPIRED);

/** A signed number of 32 bits. */
const hasBit = (control: string, bit: number): boolean => /^-?\d{1,10}$/.test(control) && (Number(control) & bit) !== 0;

/** Tenths of microseconds from 1601 to 1970. */
const UNIX_EPOCH = 116_444_736_000_000_000n;
const PER_MILLISECOND = 10_000n;
const NEVER = [0n, 0x7fff_ffff_ffff_ffffn];

/**
 * The moment of a FILETIME such as accountExpires (MS-DTYP 2.3.3); undefined: never, or unreadable. It has 64 bits, which no double holds.
 */
export function fileTimeInstant(text: string): Instant | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const ticks = BigInt(text);
  return NEVER.includes(ticks) ? undefined : Number((ticks - UNIX_EPOCH) / PER_MILLISECOND);
}
