import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { Further, type FurtherProps } from './components/further.js';
import { WithTime } from './components/with-time.js';

export interface AccountSessionsProps extends AccountSurroundings, FurtherProps {
  readonly action: string;
  readonly csrf: { readonly end: string; readonly everywhere: string };
  readonly sessions: readonly ListedSession[];
  /** The user's time zone (IANA), if known. */
  readonly zone?: string;
}

export interface ListedSession {
  /** Identifies the session in the form; it is no credential. */
  readonly handle: string;
  /** The session of this browser. */
  readonly here: boolean;
  readonly device?: { readonly browser: string; readonly system: string };
  /** The address of the last sign-in. */
  readonly address?: string;
  /** In milliseconds. */
  readonly startedAt: number;
  readonly usedAt?: number;
}

/** The user's sessions, with buttons to end one or all of them. */
export function AccountSessions(props: AccountSessionsProps) {
  const { texts, locale, action, csrf, sessions, zone } = props;
  const words = texts.account.sessions;
  return (
    <AccountFrame {...props}>
      <p>{words.explains}</p>
      {sessions.map(({ handle, here, device, address, startedAt, usedAt }) => (
        <section key={handle} class="entry">
          <h2>{device ? words.device(device.browser, device.system) : words.unknownDevice}</h2>
          {here && <p class="note">{words.here}</p>}
          <dl>
            <dt>{words.since}</dt>
            <dd>
              <WithTime text={(when) => when} at={startedAt} locale={locale} zone={zone} />
            </dd>
            {usedAt !== undefined && (
              <>
                <dt>{words.used}</dt>
                <dd>
                  <WithTime text={(when) => when} at={usedAt} locale={locale} zone={zone} />
                </dd>
              </>
            )}
            {address !== undefined && (
              <>
                <dt>{words.address}</dt>
                <dd>{address}</dd>
              </>
            )}
          </dl>
          {!here && (
            <form method="post" action={action}>
              <input type="hidden" name="csrf" value={csrf.end} />
              <input type="hidden" name="form" value="end" />
              <button type="submit" name="session" value={handle} class="quiet">
                {words.end}
              </button>
            </form>
          )}
        </section>
      ))}
      <Further {...props} />
      <div class="entry">
        <h2>{words.everywhere}</h2>
        <p>{words.everywhereMeans}</p>
        <form method="post" action={action}>
          <input type="hidden" name="csrf" value={csrf.everywhere} />
          <input type="hidden" name="form" value="everywhere" />
          <button type="submit">{words.everywhere}</button>
        </form>
      </div>
    </AccountFrame>
  );
}
