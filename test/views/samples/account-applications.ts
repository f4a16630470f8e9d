import { AccountApplications, type ConsentedApplication } from '../../../views/account-applications.js';
import type { Surroundings } from '../../../views/layout.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const shop: ConsentedApplication = {
  id: 'shop',
  name: 'The Shop',
  scopes: ['openid', 'profile', 'custom'],
  claims: ['phone_number'],
  resources: [
    {
      name: 'Orders',
      permissions: [{ name: 'orders:read', description: 'See your orders' }, { name: 'orders:write' }],
    },
  ],
  givenAt: Date.UTC(2026, 10, 2, 8),
  onBehalf: false,
};
const page = (applications: readonly ConsentedApplication[], zone?: string) => (around: Surroundings) =>
  AccountApplications({
    ...atAccount(around, 'applications'),
    action: '/account/applications',
    csrf: 'token',
    applications,
    ...(zone !== undefined && { zone }),
  });

export const samples: Samples = {
  none: page([]),
  one: page([shop], 'Europe/Berlin'),
  'several, one by an administrator': page(
    [shop, { ...shop, id: 'other', name: 'Another', onBehalf: true }],
    'Nowhere',
  ),
  'a part of many': (around) =>
    AccountApplications({
      ...atAccount(around, 'applications'),
      action: '/account/applications',
      csrf: 'token',
      applications: [shop],
      further: '/account/applications?after=x',
      first: '/account/applications',
    }),
};
