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
      csrf: 'token',
      links,
      ...more,
    });

export const samples: Samples = {
  none: page([]),
  one: page([corp], { zone: 'Europe/Berlin' }),
  'several, in no known zone': page([corp, { ...corp, id: 'b', name: 'A university' }], { zone: 'Nowhere' }),
  'after a removal': page([], { done: 'link-removed' }),
  'with the only way in': page([corp], { error: 'last-way-in' }),
  'with one that is suspended': page([{ ...corp, suspendedAt: Date.UTC(2026, 10, 20, 8) }]),
  'with the home of the account': page([{ ...corp, isHome: true }]),
  'after a removal of the home': page([{ ...corp, isHome: true }], { error: 'home-link' }),
};
