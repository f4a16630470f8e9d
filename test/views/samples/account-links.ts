import { AccountLinks, type LinkedAccount } from '../../../views/account-links.js';
import type { Surroundings } from '../../../views/layout.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const corp: LinkedAccount = { id: 'a', name: 'Example Corp', linkedAt: Date.UTC(2026, 10, 2, 8), isHome: false };
const page =
  (links: readonly LinkedAccount[], more: object = {}) =>
  (around: Surroundings) =>
    AccountLinks({
      ...atAccount(around, 'links'),
      action: '/account/links',
      csrf: { remove: 'token', connect: 'token' },
      links,
      offered: [],
      ...more,
    });

export const samples: Samples = {
  none: page([]),
  one: page([corp], { zone: 'Europe/Berlin' }),
  'several, in no known zone': page([corp, { ...corp, id: 'b', name: 'A university' }], { zone: 'Nowhere' }),
  'with further ones to link': page([corp], {
    offered: [
      { id: 'google', name: 'Google', logo: 'connector-google.svg' },
      { id: 'partner', name: 'Partner Inc.' },
    ],
  }),
  'after a link': page([corp], { done: 'linked' }),
  'with an answer that this session does not wait for': page([corp], { error: 'link-not-begun' }),
  'with a sign-in elsewhere that was cancelled': page([corp], { error: 'link-denied' }),
  'with a sign-in elsewhere that failed': page([corp], { error: 'link-failed' }),
  'with the account of another user': page([corp], { error: 'link-of-another' }),
  'with an account that may not sign in': page([corp], { error: 'link-not-admitted' }),
  'with a service that is not offered': page([corp], { error: 'link-not-offered' }),
  'after a removal': page([], { done: 'link-removed' }),
  'with the only way in': page([corp], { error: 'last-way-in' }),
  'with one that is suspended': page([{ ...corp, suspendedAt: Date.UTC(2026, 10, 20, 8) }]),
  'with the home of the account': page([{ ...corp, isHome: true }]),
  'after a removal of the home': page([{ ...corp, isHome: true }], { error: 'home-link' }),
};
