import { AccountPassword } from '../../../views/account-password.js';
import type { AccountDone, AccountError } from '../../../views/account-frame.js';
import type { Surroundings } from '../../../views/layout.js';
import { en } from '../../../views/locales/en.js';
import type { Samples } from '../sample.js';
import { atAccount } from '../at-account.js';

const page =
  (more: { readonly isElsewhere?: boolean; readonly error?: AccountError; readonly done?: AccountDone }) =>
  (around: Surroundings) =>
    AccountPassword({
      ...atAccount(around, 'password'),
      action: '/account/password',
      csrf: 'token',
      username: 'alice',
      isElsewhere: false,
      ...more,
    });

// This page stands for all account pages: its samples show every success and error message.
export const samples: Samples = {
  empty: page({}),
  'of a directory': page({ isElsewhere: true }),
  ...Object.fromEntries(
    Object.keys({ ...en.account.errors, ...en.form.errors }).map((error) => [
      error,
      page({ error: error as AccountError }),
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(en.account.done).map((done) => [`done: ${done}`, page({ done: done as AccountDone })]),
  ),
};
