import { AccountOverview } from '#views/account-overview.js';
import type { AccountPage } from './account-page.js';
import { typedOf } from './profile-form.js';

/** What Gatehouse knows of the person, and says of them to applications that may ask. */
export const overviewPage: AccountPage = {
  path: '',
  name: 'overview',
  forChanges: false,
  show: (visit, refused) => {
    const { username, profile, email, emailVerified } = visit.user;
    return visit.answer(
      (around) =>
        AccountOverview({
          ...around,
          username,
          profile: typedOf(profile),
          ...(email !== undefined && { email, emailVerified }),
        }),
      refused,
    );
  },
  forms: {},
};
