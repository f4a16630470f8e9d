import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { PROFILE_FIELDS, type ProfileTyped } from './components/profile-fields.js';

export interface AccountOverviewProps extends AccountSurroundings {
  readonly username: string;
  readonly profile: ProfileTyped;
  readonly email?: string;
  readonly emailVerified?: boolean;
}

/** What Gatehouse knows of a person, shown to them. */
export function AccountOverview(props: AccountOverviewProps) {
  const { texts, username, profile, email, emailVerified } = props;
  const words = texts.account.overview;
  const known = PROFILE_FIELDS.flatMap(({ fields }) => fields).filter(({ name }) => profile[name] !== undefined);
  return (
    <AccountFrame {...props}>
      <dl>
        <dt>{words.username}</dt>
        <dd>{username}</dd>
        {email !== undefined && (
          <>
            <dt>{words.email}</dt>
            <dd>{emailVerified ? words.verified(email) : words.unverified(email)}</dd>
          </>
        )}
        {known.map(({ name }) => (
          <>
            <dt>{texts.account.profile.fields[name]}</dt>
            <dd>{profile[name]}</dd>
          </>
        ))}
      </dl>
    </AccountFrame>
  );
}
