import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { type ConsentResource, ResourceScopes, Scopes } from './components/scopes.js';
import { Further, type FurtherProps } from './components/further.js';
import { WithTime } from './components/with-time.js';

export interface AccountApplicationsProps extends AccountSurroundings, FurtherProps {
  readonly action: string;
  readonly csrf: string;
  readonly applications: readonly ConsentedApplication[];
  /** The user's time zone (IANA), if known. */
  readonly zone?: string;
}

export interface ConsentedApplication {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly resources: readonly ConsentResource[];
  /** In milliseconds. */
  readonly givenAt: number;
  /** An administrator consented on the user's behalf. */
  readonly onBehalf: boolean;
}

/** The user's consents per application, each with a button to withdraw it. */
export function AccountApplications(props: AccountApplicationsProps) {
  const { texts, locale, action, csrf, applications, zone } = props;
  const words = texts.account.applications;
  return (
    <AccountFrame {...props}>
      <p>{applications.length === 0 ? words.none : words.explains}</p>
      {applications.map(({ id, name, scopes, claims, resources, givenAt, onBehalf }) => (
        <section key={id} aria-label={name} class="entry">
          <h2>{name}</h2>
          <p class="hint">
            <WithTime text={onBehalf ? words.givenFor : words.given} at={givenAt} locale={locale} zone={zone} />
          </p>
          <Scopes texts={texts} scopes={scopes} claims={claims} />
          <ResourceScopes texts={texts} resources={resources} level={3} />
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf} />
            <input type="hidden" name="form" value="withdraw" />
            <button type="submit" name="client" value={id} class="quiet">
              {words.withdraw(name)}
            </button>
          </form>
        </section>
      ))}
      <Further {...props} />
    </AccountFrame>
  );
}
