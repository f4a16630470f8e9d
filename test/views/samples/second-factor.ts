import { en } from '../../../views/locales/en.js';
import type { CodeError } from '../../../views/components/code-error.js';
import type { Surroundings } from '../../../views/layout.js';
import { SecondFactor } from '../../../views/second-factor.js';
import type { Samples } from '../sample.js';

const page = (error?: CodeError) => (around: Surroundings) =>
  SecondFactor({
    ...around,
    action: '/sign-in/1/second-factor',
    csrf: 'token',
    application: 'Orders',
    person: 'Alice Appleby',
    ...(error && { error }),
  });

export const samples: Samples = {
  empty: page(),
  ...Object.fromEntries(
    Object.keys({ ...en.secondFactor.errors, ...en.form.errors }).map((code) => [code, page({ code } as CodeError)]),
  ),
  throttled: page({ code: 'throttled', seconds: 90 }),
};
