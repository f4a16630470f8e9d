import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Layout, type Surroundings } from './layout.js';

export interface ChooseAccountProps extends Surroundings {
  readonly action: string;
  /** Leads to the sign-in with another account. */
  readonly other: string;
  readonly csrf: string;
  readonly application: string;
  /** The name of the signed-in user. */
  readonly person: string;
  /** The form was refused: show the error and ask again. */
  readonly error?: 'stale-form' | 'form-unreadable';
}

/** Lets the user choose an account: an application requested prompt=select_account. */
export function ChooseAccount(props: ChooseAccountProps) {
  const { texts, action, other, csrf, application, person, error } = props;
  const words = texts.chooseAccount;
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{texts.signIn.toContinue(application)}</p>
      {error && <ErrorNote focused>{texts.form.errors[error]}</ErrorNote>}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <button type="submit" autofocus>
          {words.continueAs(person)}
        </button>
        <CancelButton texts={texts} />
      </form>
      <p>
        <a href={other}>{words.other}</a>
      </p>
    </Layout>
  );
}
