import { AccountPassword, type AccountPasswordProps } from '../../../views/account-password.js';
import type { AccountDone, AccountError } from '../../../views/account-frame.js';
import type { Surroundings } from '../../../views/layout.js';
import { en } from '../../../views/locales/en.js';
import type { Samples } from '../sample.js';
import { atAccount } from '../at-account.js';

const page =
  (more: {
    readonly elsewhere?: NonNullable<AccountPasswordProps['elsewhere']>;
    readonly error?: AccountError;
    readonly done?: AccountDone;
  }) =>
  (around: Surroundings) =>
    AccountPassword({
      ...atAccount(around, 'password'),
      action: '/account/password',
      csrf: 'token',
      username: 'alice',
      ...more,
    });

// This page stands for all account pages: its samples show every success and error message.
export const samples: Samples = {
  empty: page({}),
  'of a directory': page({ elsewhere: { at: 'Example Corp', isChangeable: false } }),
  'of a directory that is gone': page({ elsewhere: { isChangeable: false } }),
  'changed in a directory': page({ elsewhere: { at: 'Example Corp', isChangeable: true } }),
  ...Object.fromEntries(
    Object.keys(en.userstorePassword.errors)
      .filter((error) => error !== 'refused')
      .map((error) => [
        `in a directory: ${error}`,
        page({ elsewhere: { at: 'Example Corp', isChangeable: true }, error: error as AccountError }),
      ]),
  ),
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
