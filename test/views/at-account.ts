import type { AccountPageName, AccountSurroundings } from '../../views/account-frame.js';
import type { Surroundings } from '../../views/layout.js';
import { en } from '../../views/locales/en.js';

/** The surroundings of an account page: the person and the navigation. */
export const atAccount = (around: Surroundings, here: AccountPageName): AccountSurroundings => ({
  ...around,
  person: { username: 'alice', name: 'Alice Appleby' },
  pages: (Object.keys(en.account.pages) as AccountPageName[]).map((name) => ({ name, href: `/account/${name}` })),
  here,
  signOut: '/session/end',
});
