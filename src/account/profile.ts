import { AccountProfile } from '#views/account-profile.js';
import type { ProfileField } from '#views/components/profile-fields.js';
import { decidedByProfile } from '../access/administration/segment-profile-fields.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import { profilePatch } from '../identity/users/profile.js';
import type { Users } from '../identity/users/users.js';
import type { AccountPage, AccountVisit, FormFields, RefusedChange } from './account-page.js';
import { profileTyped, typedOf } from './profile-form.js';

interface ProfileParts {
  readonly users: Pick<Users, 'update'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
}

/**
 * Lets users edit their profile. They cannot change fields that identify them or affect access: username, e-mail address,
 * attributes, and fields that a segment's rule reads.
 */
export function profilePage({ users, snapshots }: ProfileParts): AccountPage {
  const page: AccountPage = {
    path: '/profile',
    name: 'profile',
    forChanges: true,
    show: (visit, refused) => showing(visit, refused),
    forms: { save },
  };

  async function showing(
    visit: AccountVisit,
    refused?: RefusedChange,
    wrong: readonly ProfileField[] = [],
  ): Promise<void> {
    const { profile } = visit.user;
    const fixed = decidedByProfile(await snapshots.read());
    const typed = { ...typedOf(profile), ...(refused?.typed && Object.fromEntries(refused.typed)) };
    await visit.answer(
      (around) =>
        AccountProfile({
          ...around,
          action: visit.action,
          csrf: visit.csrf('save'),
          typed,
          wrong,
          fixed,
          phoneVerified: profile.phoneNumberVerified === true,
        }),
      refused,
    );
  }

  async function save(visit: AccountVisit, fields: FormFields): Promise<void> {
    const { by, user } = visit;
    const typed = profileTyped(fields, user.profile, decidedByProfile(await snapshots.read()));
    switch (typed.kind) {
      case 'foreign':
        return showing(visit, { status: 400, error: 'form-unreadable' });
      case 'unfit':
        return showing(visit, { status: 422, error: 'profile-unfit', typed: fields }, typed.wrong);
      case 'profile': {
        const saved = await users.update(
          by,
          user.id,
          { profile: profilePatch(user.profile, typed.profile) },
          user.version,
        );
        if (saved.ok) visit.done('profile');
        else await showing(visit, { status: 409, error: 'moved', typed: fields });
      }
    }
  }

  return page;
}
