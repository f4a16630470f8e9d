import { CompleteProfile, type CompleteProfileProps } from '../../../views/complete-profile.js';
import { en } from '../../../views/locales/en.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const asked = ['email', 'givenName', 'birthdate', 'address.streetAddress', 'attributes.department'];

const page =
  (more: Partial<CompleteProfileProps> = {}, each: Partial<CompleteProfileProps['fields'][number]> = {}) =>
  (around: Surroundings) =>
    CompleteProfile({
      ...around,
      action: '/sign-in/1/complete',
      other: '/sign-in/1/other',
      csrf: 'token',
      application: 'Orders',
      upstream: { connector: 'Example Corp', name: 'anna' },
      fields: asked.map((field, index) => ({ input: `field-${index}`, field, value: '', ...each })),
      ...more,
    });

export const samples: Samples = {
  empty: page(),
  'nothing filled in': page({ error: 'fields-unfit' }, { fault: 'missing' }),
  'nothing as it should be': page({ error: 'fields-unfit' }, { value: 'what is typed', fault: 'unfit' }),
  ...Object.fromEntries(
    Object.keys({ ...en.completeProfile.errors, ...en.form.errors }).map((code) => [
      code,
      page({ error: code as NonNullable<CompleteProfileProps['error']> }),
    ]),
  ),
};
