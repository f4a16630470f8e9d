import { hashedRecoveryCode, readRecoveryCode } from '../../../identity/second-factor/recovery-codes.js';
import { RECOVERY_METHOD } from '../../../identity/second-factor/second-factor-method.js';
import { textsIn } from '../../../identity/second-factor/stored-factors.js';
import type { SecondAuthenticator } from '../authenticator.js';

/** One of the codes that a user got with their second factor. They are made with it, so nobody enrols them. */
export const recoveryCode: SecondAuthenticator = {
  method: RECOVERY_METHOD,
  amr: 'otp',
  factor: 'second',
  throttle: 'codes',
  available: ({ secondFactorSince }) => secondFactorSince !== undefined,
  challenge: ({ texts }) => texts.secondFactor.recoveryCode,
  verify({ data }, code, { digest }) {
    if (readRecoveryCode(code) === undefined) return { kind: 'wrong-code' };
    const hash = hashedRecoveryCode(code, digest);
    const codes = textsIn(data['codes']);
    return codes.includes(hash)
      ? { kind: 'ok', data: { codes: codes.filter((kept) => kept !== hash) }, happened: 'recovery-code-used' }
      : { kind: 'wrong-code' };
  },
};
