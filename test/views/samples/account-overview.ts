import { AccountOverview } from '../../../views/account-overview.js';
import type { Samples } from '../sample.js';
import { atAccount } from '../at-account.js';

export const samples: Samples = {
  'all of it': (around) =>
    AccountOverview({
      ...atAccount(around, 'overview'),
      username: 'alice',
      profile: { name: 'Alice Appleby', website: 'https://alice.test', formatted: 'Weg 1\n10115 Berlin' },
      email: 'alice@people.test',
      emailVerified: true,
    }),
  'an address that is not verified': (around) =>
    AccountOverview({ ...atAccount(around, 'overview'), username: 'alice', profile: {}, email: 'alice@people.test' }),
  'a name alone': (around) => AccountOverview({ ...atAccount(around, 'overview'), username: 'alice', profile: {} }),
};
