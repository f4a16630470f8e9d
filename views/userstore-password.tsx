import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Field } from './components/field.js';
import { NewPassword } from './components/new-password.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';
import { inWords as signInWords, type SignInError } from './sign-in.js';

export interface UserstorePasswordProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  /** As typed. */
  readonly username: string;
  /** Where the password is kept. */
  readonly userstore: string;
  readonly remember: boolean;
  readonly error?: UserstorePasswordError;
}

type OwnCode = keyof Texts['userstorePassword']['errors'];

export type UserstorePasswordError =
  | { readonly code: Exclude<OwnCode, 'refused'> }
  /** `reference`: of the request, for the log. */
  | { readonly code: 'refused'; readonly reference: string }
  | SignInError;

/** Requires a new password where a company's directory does, and asks for the present one as well. */
export function UserstorePassword(props: UserstorePasswordProps) {
  const { texts, action, csrf, application, username, userstore, remember, error } = props;
  const words = texts.userstorePassword;
  const atCurrent = error === undefined || error.code === 'current-missing' || error.code === 'wrong-current';
  const atNew = error !== undefined && !atCurrent && isOwn(error, texts);
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{words.toContinue(application)}</p>
      <p>{words.why(username)}</p>
      {error && <ErrorNote focused={!atCurrent}>{inWords(error, texts)}</ErrorNote>}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="userstore" value={userstore} />
        {remember && <input type="hidden" name="remember" value="yes" />}
        <Field
          name="current"
          label={words.current}
          wrong={error !== undefined && atCurrent}
          show={texts.form.showPassword}
          input={{ type: 'password', autocomplete: 'current-password', required: true, autofocus: atCurrent }}
        />
        <NewPassword texts={texts} username={username} wrong={atNew} isLater isElsewhere />
        <button type="submit">{texts.account.password.submit}</button>
        <CancelButton texts={texts} />
      </form>
    </Layout>
  );
}

const isOwn = (error: UserstorePasswordError, texts: Texts): error is Exclude<UserstorePasswordError, SignInError> =>
  Object.hasOwn(texts.userstorePassword.errors, error.code);

function inWords(error: UserstorePasswordError, texts: Texts): string {
  if (!isOwn(error, texts)) return signInWords(error, texts);
  const { errors } = texts.userstorePassword;
  return error.code === 'refused' ? errors.refused(error.reference) : errors[error.code];
}
