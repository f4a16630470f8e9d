import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { PROFILE_FIELDS, type ProfileTyped } from './components/profile-fields.js';
import { WithTime } from './components/with-time.js';
import type { Texts } from './locales/en.js';

export interface AccountOverviewProps extends AccountSurroundings {
  readonly username: string;
  readonly profile: ProfileTyped;
  readonly email?: string;
  readonly emailVerified?: boolean;
  /** Sorted by name. */
  readonly roles: readonly ShownRole[];
  /** The user's time zone. */
  readonly zone?: string;
}

/** A role, the group or role that it comes from (none if directly assigned), and its end in milliseconds. */
export interface ShownRole {
  readonly name: string;
  readonly description?: string;
  readonly through?: { readonly kind: keyof Texts['account']['overview']['through']; readonly name: string };
  readonly until?: number;
}

/** The user's own data and roles. */
export function AccountOverview(props: AccountOverviewProps) {
  const { texts, locale, username, profile, email, emailVerified, roles, zone } = props;
  const words = texts.account.overview;
  const known = PROFILE_FIELDS.flatMap(({ fields }) => fields).filter(({ name }) => profile[name] !== undefined);
  return (
    <AccountFrame {...props}>
      <section aria-labelledby="about">
        <h2 id="about">{words.about}</h2>
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
      </section>
      <section aria-labelledby="roles">
        <h2 id="roles">{words.roles}</h2>
        {roles.length === 0 ? (
          <p>{words.noRoles}</p>
        ) : (
          <ul>
            {roles.map(({ name, description, through, until }) => (
              <li key={name}>
                <strong>{name}</strong>
                {description !== undefined && `: ${description}`}
                <br />
                <span class="soft">
                  {through ? words.through[through.kind](through.name) : words.direct}
                  {until !== undefined && <WithTime text={words.until} at={until} locale={locale} zone={zone} />}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </AccountFrame>
  );
}
