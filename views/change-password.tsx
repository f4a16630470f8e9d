import { NewPassword } from './components/new-password.js';
import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface ChangePasswordProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly username: string;
  readonly error?: ChangePasswordError;
}

export type ChangePasswordError =
  | Exclude<keyof Texts['account']['errors'], 'overloaded' | 'moved'>
  | keyof Texts['form']['errors']
  | 'overloaded'
  | 'moved';

/** Requires a new password after a sign-in with a temporary one. */
export function ChangePassword(props: ChangePasswordProps) {
  const { texts, action, csrf, application, username, error } = props;
  const words = texts.changePassword;
  const wrong = error?.startsWith('password-') === true;
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{words.toContinue(application)}</p>
      <p>{words.why}</p>
      {error && <ErrorNote focused={!wrong}>{{ ...texts.account.errors, ...texts.form.errors }[error]}</ErrorNote>}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <NewPassword texts={texts} username={username} wrong={wrong} />
        <button type="submit">{texts.account.password.submit}</button>
        <CancelButton texts={texts} />
      </form>
    </Layout>
  );
}
