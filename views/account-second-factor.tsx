import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { CodeField } from './components/code-field.js';
import { RecoveryCodeList } from './components/recovery-code-list.js';
import { WithTime } from './components/with-time.js';
import { Seed, type SeedShown } from './components/seed.js';

export interface AccountSecondFactorProps extends AccountSurroundings {
  readonly action: string;
  /** A token for each form. */
  readonly csrf: Readonly<Record<'enrol' | 'begin' | 'renew' | 'remove', string>>;
  /** The user's time zone. */
  readonly zone?: string;
  readonly shows:
    | { readonly kind: 'enrolled'; readonly since: number; readonly recoveryCodesLeft: number }
    /** A seed for an authenticator app. `carried` is the same seed, sealed, until a code confirms it. */
    | ({ readonly kind: 'enrolling'; readonly carried: string } & SeedShown)
    /** The user has no second factor and may not enrol one. */
    | { readonly kind: 'closed' }
    | { readonly kind: 'recovery-codes'; readonly codes: readonly string[] };
}

/** The user's second factor: set up, replace, remove; and the recovery codes. */
export function AccountSecondFactor(props: AccountSecondFactorProps) {
  return (
    <AccountFrame {...props}>
      <Shown {...props} />
    </AccountFrame>
  );
}

function Shown(props: AccountSecondFactorProps) {
  const { texts, locale, action, csrf, error, shows, zone } = props;
  const words = texts.account.secondFactor;
  switch (shows.kind) {
    case 'recovery-codes':
      return (
        <>
          <RecoveryCodeList codes={shows.codes} realmName={props.realmName} texts={texts} />
          <p>
            <a href={action}>{texts.secondFactor.recovery.go}</a>
          </p>
        </>
      );
    case 'closed':
      return <p>{words.none}</p>;
    case 'enrolling':
      return (
        <>
          <p>{words.none}</p>
          <Seed seed={shows.seed} picture={shows.picture} texts={texts} />
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf.enrol} />
            <input type="hidden" name="form" value="enrol" />
            <input type="hidden" name="carried" value={shows.carried} />
            <CodeField label={texts.secondFactor.enrol.confirm} failed={error !== undefined} digits />
            <button type="submit">{texts.secondFactor.enrol.submit}</button>
          </form>
          <p class="hint">{words.changeMeans}</p>
        </>
      );
    case 'enrolled':
      return (
        <>
          <p>
            <WithTime text={words.since} at={shows.since} locale={locale} zone={zone} />
          </p>
          <p>{words.left(shows.recoveryCodesLeft)}</p>
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf.renew} />
            <input type="hidden" name="form" value="renew" />
            <button type="submit" aria-describedby="renew-means">
              {words.renew}
            </button>
            <p class="hint" id="renew-means">
              {words.renewMeans}
            </p>
          </form>
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf.begin} />
            <input type="hidden" name="form" value="begin" />
            <button type="submit" class="quiet">
              {words.replace}
            </button>
          </form>
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf.remove} />
            <input type="hidden" name="form" value="remove" />
            <button type="submit" class="quiet" aria-describedby="change-means">
              {words.remove}
            </button>
            <p class="hint" id="change-means">
              {words.changeMeans}
            </p>
          </form>
        </>
      );
  }
}
