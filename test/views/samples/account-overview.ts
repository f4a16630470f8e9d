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
      roles: [
        { name: 'counter', description: 'Serves customers' },
        { name: 'seller', through: { kind: 'group', name: 'sales' }, until: Date.UTC(2027, 0, 31, 12) },
        { name: 'regular', through: { kind: 'segment', name: 'regulars' } },
        { name: 'gold', through: { kind: 'customer-group', name: 'gold' } },
        { name: 'reader', through: { kind: 'role', name: 'seller' } },
      ],
      zone: 'Europe/Berlin',
    }),
  'an address that is not verified': (around) =>
    AccountOverview({
      ...atAccount(around, 'overview'),
      username: 'alice',
      profile: {},
      email: 'alice@people.test',
      roles: [],
    }),
  'a name alone': (around) =>
    AccountOverview({ ...atAccount(around, 'overview'), username: 'alice', profile: {}, roles: [] }),
};
