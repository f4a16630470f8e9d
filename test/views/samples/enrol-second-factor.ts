import type { CodeError } from '../../../views/components/code-error.js';
import { EnrolSecondFactor } from '../../../views/enrol-second-factor.js';
import type { Surroundings } from '../../../views/layout.js';
import { drawn } from '../../../src/sign-in/qr-code.js';
import type { Samples } from '../sample.js';

const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const picture = await drawn(`otpauth://totp/Gatehouse:alice?secret=${seed}&issuer=Gatehouse`);

const page = (error?: CodeError) => (around: Surroundings) =>
  EnrolSecondFactor({
    ...around,
    action: '/sign-in/1/enrol-second-factor',
    csrf: 'token',
    application: 'Orders',
    carried: 'sealed',
    seed,
    picture,
    ...(error && { error }),
  });

export const samples: Samples = { empty: page(), failed: page({ code: 'wrong-code' }) };
