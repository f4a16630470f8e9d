import { NewPassword } from './components/new-password.js';
import { AccountFrame, type AccountSurroundings } from './account-frame.js';

export interface AccountPasswordProps extends AccountSurroundings {
  readonly action: string;
  readonly csrf: string;
  /** For password managers, which store the new password under this username. */
  readonly username: string;
  /** The user's company keeps the password: it cannot be changed here. */
  readonly isElsewhere: boolean;
}

/** Asks for a new password twice. The user has just signed in with the old one. */
export function AccountPassword(props: AccountPasswordProps) {
  const { texts, action, csrf, username, isElsewhere, error } = props;
  const words = texts.account.password;
  const wrong = error?.startsWith('password-') === true;
  if (isElsewhere) {
    return (
      <AccountFrame {...props}>
        <p>{words.elsewhere}</p>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame {...props}>
      <p>{words.explains}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="form" value="change" />
        <NewPassword texts={texts} username={username} wrong={wrong} />
        <button type="submit">{words.submit}</button>
      </form>
    </AccountFrame>
  );
}
