import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { Further, type FurtherProps } from './components/further.js';
import { WithTime } from './components/with-time.js';

export interface AccountSignInsProps extends AccountSurroundings, FurtherProps {
  readonly signIns: readonly ListedSignIn[];
  /** The user's time zone (IANA), if known. */
  readonly zone?: string;
}

export interface ListedSignIn {
  readonly id: string;
  /** In milliseconds. */
  readonly at: number;
  readonly result: 'signed-in' | 'wrong-password' | 'wrong-code' | 'refused';
  readonly device?: { readonly browser: string; readonly system: string };
  readonly address?: string;
  /** The name of the application. Absent: the account pages, or unknown. */
  readonly application?: string;
}

/** The user's sign-ins, and the attempts that failed. */
export function AccountSignIns(props: AccountSignInsProps) {
  const { texts, locale, signIns, zone } = props;
  const words = texts.account.signIns;
  return (
    <AccountFrame {...props}>
      <p>{signIns.length === 0 ? words.none : words.explains}</p>
      {signIns.map(({ id, at, result, device, address, application }) => (
        <section key={id} class="entry">
          <h2>{words.results[result]}</h2>
          <dl>
            <dt>{words.at}</dt>
            <dd>
              <WithTime text={(when) => when} at={at} locale={locale} zone={zone} />
            </dd>
            <dt>{words.with}</dt>
            <dd>{device ? texts.account.sessions.device(device.browser, device.system) : words.unknownDevice}</dd>
            {address !== undefined && (
              <>
                <dt>{words.address}</dt>
                <dd>{address}</dd>
              </>
            )}
            {application !== undefined && (
              <>
                <dt>{words.application}</dt>
                <dd>{application}</dd>
              </>
            )}
          </dl>
        </section>
      ))}
      <Further {...props} />
    </AccountFrame>
  );
}
