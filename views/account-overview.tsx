import { AccountFrame, type AccountSurroundings } from './account-frame.js';

export interface AccountOverviewProps extends AccountSurroundings {
  readonly username: string;
  readonly profile: { readonly name?: string };
  readonly email?: string;
  readonly emailVerified?: boolean;
}

/** What Gatehouse knows of a person, shown to them. */
export function AccountOverview(props: AccountOverviewProps) {
  const { texts, username, profile, email, emailVerified } = props;
  const words = texts.account.overview;
  return (
    <AccountFrame {...props}>
      <dl>
        <dt>{words.username}</dt>
        <dd>{username}</dd>
        {profile.name !== undefined && (
          <>
            <dt>{words.name}</dt>
            <dd>{profile.name}</dd>
          </>
        )}
        {email !== undefined && (
          <>
            <dt>{words.email}</dt>
            <dd>{emailVerified ? words.verified(email) : words.unverified(email)}</dd>
          </>
        )}
      </dl>
    </AccountFrame>
  );
}
