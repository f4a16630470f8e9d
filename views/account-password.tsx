import { NewPassword } from './components/new-password.js';
import { AccountFrame, type AccountError, type AccountSurroundings } from './account-frame.js';
import { Field } from './components/field.js';

export interface AccountPasswordProps extends AccountSurroundings {
  readonly action: string;
  readonly csrf: string;
  /** For password managers, which store the new password under this username. */
  readonly username: string;
  /** A directory keeps the password. `at`: its name; absent: a connector that is gone kept it. */
  readonly elsewhere?: { readonly at?: string; readonly isChangeable: boolean };
}

/** Asks for a new password twice, and for the present one where a directory checks it. */
export function AccountPassword(props: AccountPasswordProps) {
  const { texts, action, csrf, username, elsewhere, error } = props;
  const words = texts.account.password;
  const atCurrent = error === 'current-missing' || error === 'wrong-current';
  if (elsewhere && !elsewhere.isChangeable) {
    const { at } = elsewhere;
    return (
      <AccountFrame {...props}>
        <p>{at === undefined ? words.elsewhere : words.keptBy(at)}</p>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame {...props}>
      <p>{elsewhere?.at === undefined ? words.explains : words.changesAt(elsewhere.at)}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="form" value="change" />
        {elsewhere && (
          <Field
            name="current"
            label={texts.userstorePassword.current}
            wrong={atCurrent}
            show={texts.form.showPassword}
            input={{ type: 'password', autocomplete: 'current-password', required: true }}
          />
        )}
        <NewPassword
          texts={texts}
          username={username}
          wrong={error !== undefined && isOfPassword(error, texts)}
          {...(elsewhere && { isLater: true, isElsewhere: true })}
        />
        <button type="submit">{words.submit}</button>
      </form>
    </AccountFrame>
  );
}

const isOfPassword = (error: AccountError, { userstorePassword }: AccountPasswordProps['texts']): boolean =>
  error.startsWith('password-') ||
  (error !== 'current-missing' && error !== 'wrong-current' && Object.hasOwn(userstorePassword.errors, error));
