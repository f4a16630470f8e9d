import { Secret, TOTP } from 'otpauth';
import { type Instant, seconds } from '../../../base/clock.js';
import { random } from '../../../base/crypto/random-bytes.js';
import { sameText } from '../../../base/crypto/constant-time-equal.js';

// RFC 6238 with the parameters that every authenticator app supports: SHA-1, 6 digits, 30 seconds.
const CODES = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const PERIOD = seconds(CODES.period);
/** The current step, the previous one and the next one: clocks differ, and people type slowly. */
const STEPS = [0, -1, 1] as const;
/** In bytes: the output length of SHA-1, as RFC 4226 4 recommends. */
const SEED = 20;

const totpOf = (seed: string): TOTP => new TOTP({ ...CODES, secret: Secret.fromBase32(seed) });

/** A random seed, in base32. */
export const newSeed = (): string => new Secret({ buffer: Uint8Array.from(random(SEED)).buffer }).base32;

/** The step of this code, if it belongs to this seed now or one step away; otherwise undefined. */
export function stepOf(seed: string, code: string, at: Instant): number | undefined {
  const totp = totpOf(seed);
  const present = totp.counter({ timestamp: at });
  // The library's own comparison throws for six characters that are more than six bytes.
  const steps = STEPS.filter((delta) => sameText(code, totp.generate({ timestamp: (present + delta) * PERIOD })));
  return steps[0] === undefined ? undefined : present + steps[0];
}

/** The URI that an app reads from a QR code. @param issuer, account shown by the app */
export const keyUri = (
  seed: string,
  { issuer, account }: { readonly issuer: string; readonly account: string },
): string =>
  // A colon separates the two in the label.
  new TOTP({
    ...CODES,
    secret: Secret.fromBase32(seed),
    issuer: issuer.replaceAll(':', ' '),
    label: account.replaceAll(':', ' '),
  }).toString();
