import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Layout, type Surroundings } from './layout.js';

export interface ChooseAccountProps extends Surroundings {
  readonly action: string;
  /** Where somebody else signs in. */
  readonly other: string;
  readonly csrf: string;
  readonly application: string;
  /** Who is signed in. */
  readonly person: string;
  /** The form could not be taken: say so and ask again. */
  readonly error?: 'stale-form' | 'form-unreadable';
}

/** Who is signed in may not be who is meant: an application asks by prompt=select_account. */
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
