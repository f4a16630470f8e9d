import { AccountProfile, type AccountProfileProps } from '../../../views/account-profile.js';
import { PROFILE_FIELDS } from '../../../views/components/profile-fields.js';
import type { Surroundings } from '../../../views/layout.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const every = PROFILE_FIELDS.flatMap(({ fields }) => fields.map(({ name }) => name));

const page = (more: Partial<AccountProfileProps>) => (around: Surroundings) =>
  AccountProfile({
    ...atAccount(around, 'profile'),
    action: '/account/profile',
    csrf: 'token',
    typed: {},
    wrong: [],
    fixed: [],
    phoneVerified: false,
    ...more,
  });

export const samples: Samples = {
  empty: page({}),
  'all of it': page({
    typed: Object.fromEntries(every.map((name) => [name, `what is typed at ${name}`])),
    phoneVerified: true,
  }),
  'nothing as it should be': page({ wrong: every, error: 'profile-unfit' }),
  'fields of a directory': page({
    typed: { name: 'Alice Liddell' },
    elsewhere: { fields: ['name', 'givenName', 'phoneNumber'], at: 'Example Corp' },
  }),
  'fields that are not theirs': page({ typed: { locale: 'de-CH' }, fixed: ['locale', 'zoneinfo'] }),
};
