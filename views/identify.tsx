import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Field } from './components/field.js';
import { identifierInput } from './components/identifier-input.js';
import { type RedirectLink, RedirectLinks } from './components/redirect-links.js';
import { Layout, type Surroundings } from './layout.js';
import { inWords, type SignInError } from './sign-in.js';

export interface IdentifyProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  /** The pages of other identity providers. */
  readonly redirects?: readonly RedirectLink[];
  /** The initial value of the field. */
  readonly identifier?: string;
  /** The signed-in user, whose account the application does not ask for. */
  readonly signedIn?: string;
  readonly error?: SignInError;
}

/** Asks for the name alone: it decides where the password is checked. Everybody sees the same page after it. */
export function Identify(props: IdentifyProps) {
  const { texts, action, csrf, application, identifier, redirects, signedIn, error } = props;
  const words = texts.signIn;
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{words.toContinue(application)}</p>
      {signedIn !== undefined && <p class="note">{words.other(signedIn, application)}</p>}
      {error && <ErrorNote>{inWords(error, texts)}</ErrorNote>}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <Field
          name="identifier"
          label={words.identifier}
          wrong={error !== undefined}
          input={{ ...identifierInput(identifier), required: true, autofocus: true }}
        />
        <button type="submit">{words.next}</button>
        <CancelButton texts={texts} />
      </form>
      <RedirectLinks links={redirects} assets={props.assets} texts={texts} />
    </Layout>
  );
}
