import { AccountProfile } from '#views/account-profile.js';
import type { AccountError } from '#views/account-frame.js';
import type { ProfileField } from '#views/components/profile-fields.js';
import { decidedByProfile } from '../access/administration/segment-profile-fields.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import { problemOf } from '../base/problems/problem.js';
import type { ChangeRefusal } from '../changes/change-result.js';
import type { UpstreamShare } from '../federation/write-back/upstream-share.js';
import type { WriteBack } from '../federation/write-back/write-back.js';
import { profilePatch } from '../identity/users/profile.js';
import type { AccountPage, AccountVisit, FormFields, RefusedChange } from './account-page.js';
import { fieldsElsewhere, profileTyped, typedOf } from './profile-form.js';

interface ProfileParts {
  readonly writeBack: Pick<WriteBack, 'shareOf' | 'update'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
}

/**
 * Lets users edit their profile. They cannot change fields that identify them or affect access: username, e-mail address,
 * attributes, and fields that a segment's rule reads. Fields of a directory are changed there, as far as its connector allows it.
 */
export function profilePage({ writeBack, snapshots }: ProfileParts): AccountPage {
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
    const { fixed, elsewhere, share } = await closedFields(visit);
    const typed = { ...typedOf(profile), ...(refused?.typed && Object.fromEntries(refused.typed)) };
    await visit.answer(
      (around) =>
        AccountProfile({
          ...around,
          action: visit.action,
          csrf: visit.csrf('save'),
          ...{ typed, wrong, fixed },
          ...(share && elsewhere.length > 0 && { elsewhere: { fields: elsewhere, at: share.connector.displayName } }),
          phoneVerified: profile.phoneNumberVerified === true,
        }),
      refused,
    );
  }

  async function closedFields({ user }: AccountVisit): Promise<{
    readonly fixed: readonly ProfileField[];
    readonly elsewhere: readonly ProfileField[];
    readonly share: UpstreamShare | undefined;
  }> {
    const [snapshot, share] = await Promise.all([snapshots.read(), writeBack.shareOf(user)]);
    const fixed: readonly ProfileField[] = decidedByProfile(snapshot);
    const elsewhere = share ? fieldsElsewhere(share).filter((field) => !fixed.includes(field)) : [];
    return { fixed, elsewhere, share };
  }

  async function save(visit: AccountVisit, fields: FormFields): Promise<void> {
    const { by, user } = visit;
    const { fixed, elsewhere } = await closedFields(visit);
    const typed = profileTyped(fields, user.profile, [...fixed, ...elsewhere]);
    switch (typed.kind) {
      case 'foreign':
        return showing(visit, { status: 400, error: 'form-unreadable' });
      case 'unfit':
        return showing(visit, { status: 422, error: 'profile-unfit', typed: fields }, typed.wrong);
      case 'profile': {
        const saved = await writeBack.update(by, user, { profile: profilePatch(user.profile, typed.profile) });
        if (saved.ok) visit.done('profile');
        else await showing(visit, { ...refusalOf(saved.refusal), typed: fields });
      }
    }
  }

  return page;
}

function refusalOf({ problems }: ChangeRefusal): { readonly status: number; readonly error: AccountError } {
  const fault = problemOf(problems, 'directory-not-written')?.params.fault;
  switch (fault) {
    case undefined:
      return { status: 409, error: 'moved' };
    case 'moved':
      return { status: 409, error: 'directory-moved' };
    case 'unanswered':
    case 'unavailable':
      return { status: 503, error: `directory-${fault}` };
    case 'not-allowed':
    case 'value-refused':
    case 'refused':
    case 'several-values':
    case 'barred':
    case 'not-read':
      return { status: 422, error: `directory-${fault}` };
  }
}
