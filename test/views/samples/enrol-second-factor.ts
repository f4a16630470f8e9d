import type { CodeError } from '../../../views/components/code-error.js';
import { EnrolSecondFactor } from '../../../views/enrol-second-factor.js';
import type { Surroundings } from '../../../views/layout.js';
import { totp } from '../../../src/sign-in/authenticators/totp/totp.js';
import type { Samples } from '../sample.js';

const shows = await totp.enrolment?.show('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', { issuer: 'Gatehouse', account: 'alice' });
if (!shows) throw new Error('TOTP is enrolled.');

const page = (error?: CodeError) => (around: Surroundings) =>
  EnrolSecondFactor({
    ...around,
    action: '/sign-in/1/enrol-second-factor/totp',
    csrf: 'token',
    application: 'Orders',
    carried: 'sealed',
    shows: shows(around),
    words: totp.challenge(around),
    others: error ? [{ name: 'Hardware token', href: '/sign-in/1/enrol-second-factor/token' }] : [],
    ...(error && { error }),
  });

export const samples: Samples = { empty: page(), failed: page({ code: 'wrong-code' }) };
