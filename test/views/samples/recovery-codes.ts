import { RecoveryCodes } from '../../../views/recovery-codes.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'after enrolment': (around) =>
    RecoveryCodes({
      ...around,
      codes: Array.from({ length: 10 }, (_, i) => `0123-4567-89ab-cde${i}`),
      next: '/sign-in/1',
    }),
};
