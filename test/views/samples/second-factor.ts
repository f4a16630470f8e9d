import { en } from '../../../views/locales/en.js';
import type { CodeError } from '../../../views/components/code-error.js';
import type { Surroundings } from '../../../views/layout.js';
import { SecondFactor } from '../../../views/second-factor.js';
import { recoveryCode } from '../../../src/sign-in/authenticators/recovery-code/recovery-code.js';
import type { SecondAuthenticator } from '../../../src/sign-in/authenticators/authenticator.js';
import { linkTo } from '../../../src/sign-in/authenticators/second-factors.js';
import { totp } from '../../../src/sign-in/authenticators/totp/totp.js';
import type { Samples } from '../sample.js';

const page =
  (error?: CodeError, authenticator = totp, others: readonly SecondAuthenticator[] = []) =>
  (around: Surroundings) =>
    SecondFactor({
      ...around,
      action: '/sign-in/1/second-factor/totp',
      csrf: 'token',
      application: 'Orders',
      person: 'Alice Appleby',
      words: authenticator.challenge(around),
      others: others.map((each) => linkTo(each, around, '/sign-in/1/second-factor')),
      ...(error && { error }),
    });

const { errors } = en.secondFactor.totp;

export const samples: Samples = {
  empty: page(),
  ...Object.fromEntries(
    Object.keys({ ...errors, ...en.form.errors }).map((code) => [code, page({ code } as CodeError)]),
  ),
  throttled: page({ code: 'throttled', seconds: 90 }),
  'a recovery code': page(undefined, recoveryCode, [totp]),
  'two other ways': page(undefined, totp, [totp, recoveryCode]),
  ...Object.fromEntries(
    Object.keys(errors).map((code) => [`a recovery code: ${code}`, page({ code } as CodeError, recoveryCode)]),
  ),
};
