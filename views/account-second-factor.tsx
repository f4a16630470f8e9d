import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { CodeField } from './components/code-field.js';
import { RecoveryCodeList } from './components/recovery-code-list.js';
import type { EnrolmentShown } from './components/factor-words.js';
import { type OtherWay, OtherWays } from './components/other-ways.js';
import { WithTime } from './components/with-time.js';

export interface AccountSecondFactorProps extends AccountSurroundings {
  readonly action: string;
  /** A token for each form. */
  readonly csrf: Readonly<Record<'enrol' | 'begin' | 'renew' | 'remove', string>>;
  /** The user's time zone. */
  readonly zone?: string;
  readonly shows:
    | ({ readonly kind: 'enrolled' } & EnrolledShown)
    /** A secret for an app or device. `carried` is the same secret, sealed, until a code confirms it. */
    | ({ readonly kind: 'enrolling' } & EnrollingShown)
    /** The user has no second factor and may not enrol one. */
    | { readonly kind: 'closed' }
    | { readonly kind: 'recovery-codes'; readonly codes: readonly string[] };
}

interface EnrolledShown {
  readonly since: number;
  readonly recoveryCodesLeft: number;
  /** The methods that the user has or may add. */
  readonly methods: readonly MethodShown[];
}

interface MethodShown {
  readonly method: string;
  readonly name: string;
  readonly isEnrolled: boolean;
}

interface EnrollingShown extends EnrolmentShown {
  readonly method: string;
  readonly carried: string;
  /** Whether it is the user's first second factor. */
  readonly isFirst: boolean;
  /** Links to the pages of the other methods. */
  readonly others: readonly OtherWay[];
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
  const { texts, locale, action, csrf, shows, zone } = props;
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
      return <Enrolling {...props} shows={shows} />;
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
          {shows.methods.map((each) => (
            <Method key={each.method} {...props} {...each} isOnly={shows.methods.length === 1} />
          ))}
        </>
      );
  }
}

function Enrolling(props: AccountSecondFactorProps & { readonly shows: EnrollingShown }) {
  const { texts, action, csrf, error, shows } = props;
  const words = texts.account.secondFactor;
  return (
    <>
      {shows.isFirst && <p>{words.none}</p>}
      {shows.instructions}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf.enrol} />
        <input type="hidden" name="form" value="enrol" />
        <input type="hidden" name="method" value={shows.method} />
        <input type="hidden" name="carried" value={shows.carried} />
        <CodeField label={shows.confirm} failed={error !== undefined} digits={shows.digits} />
        <button type="submit">{texts.secondFactor.enrol.submit}</button>
      </form>
      <p class="hint">{words.changeMeans}</p>
      <OtherWays ways={shows.others} texts={texts} />
    </>
  );
}

/** The buttons of one method. The only method there is needs no name. */
function Method(props: AccountSecondFactorProps & MethodShown & { readonly isOnly: boolean }) {
  const { texts, action, csrf, method, name, isEnrolled, isOnly } = props;
  const words = texts.account.secondFactor;
  const meaning = `change-means-${method}`;
  return (
    <>
      {!isOnly && <h2>{name}</h2>}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf.begin} />
        <input type="hidden" name="form" value="begin" />
        {!isOnly && <input type="hidden" name="method" value={method} />}
        <button type="submit" class="quiet">
          {isEnrolled ? words.replace : words.setUp(name)}
        </button>
      </form>
      {isEnrolled && (
        <form method="post" action={action}>
          <input type="hidden" name="csrf" value={csrf.remove} />
          <input type="hidden" name="form" value="remove" />
          {!isOnly && <input type="hidden" name="method" value={method} />}
          <button type="submit" class="quiet" aria-describedby={meaning}>
            {isOnly ? words.remove : words.removeMethod(name)}
          </button>
          <p class="hint" id={meaning}>
            {words.changeMeans}
          </p>
        </form>
      )}
    </>
  );
}
