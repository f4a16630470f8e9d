import { Seed } from '#views/components/seed.js';
import { readTypedCode } from '../../../base/text/normalize-typed.js';
import { RECOVERY_METHOD, TOTP_METHOD } from '../../../identity/second-factor/second-factor-method.js';
import type { SecondAuthenticator } from '../authenticator.js';
import { isEnrolled } from '../second-factors.js';
import { drawn } from './qr-code.js';
import { keyUri, newSeed, stepOf } from './totp-codes.js';

/** One-time codes of an authenticator app (RFC 6238). The stored data is the step of the last code that was taken. */
export const totp: SecondAuthenticator = {
  method: TOTP_METHOD,
  amr: 'otp',
  factor: 'second',
  throttle: 'codes',
  alsoTakes: [RECOVERY_METHOD],
  available: (user) => isEnrolled(TOTP_METHOD, user),
  challenge: ({ texts }) => texts.secondFactor.totp,
  verify({ secret, data }, code, { at }) {
    const step = secret === undefined ? undefined : stepOf(secret, readTypedCode(code), at);
    if (step === undefined) return { kind: 'wrong-code' };
    return step <= Number(data['lastStep']) ? { kind: 'used-code' } : { kind: 'ok', data: { lastStep: step } };
  },
  enrolment: {
    newSecret: newSeed,
    confirm(secret, code, { at }) {
      const lastStep = stepOf(secret, readTypedCode(code), at);
      return lastStep === undefined ? undefined : { lastStep };
    },
    async show(secret, account) {
      const picture = await drawn(keyUri(secret, account));
      return ({ texts }) => ({
        why: texts.secondFactor.enrol.why,
        instructions: Seed({ seed: secret, picture, texts }),
        confirm: texts.secondFactor.enrol.confirm,
        digits: true,
      });
    },
  },
};
