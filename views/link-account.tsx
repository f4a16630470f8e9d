import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Field } from './components/field.js';
import { identifierInput } from './components/identifier-input.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';
import { inWords, type SignInError } from './sign-in.js';

export interface LinkAccountProps extends Surroundings {
  readonly action: string;
  /** Leads to the sign-in with another account. */
  readonly other: string;
  readonly csrf: string;
  readonly application: string;
  /** The account at the connector, which is linked. */
  readonly upstream: { readonly connector: string; readonly name: string };
  /** A new account is possible, too. */
  readonly mayCreate: boolean;
  /** As typed. */
  readonly identifier?: string;
  readonly error?: SignInError | { readonly code: keyof Texts['linkAccount']['errors'] };
}

/** Asks whether the person has an account already. Nothing on it depends on who has one. */
export function LinkAccount(props: LinkAccountProps) {
  const { texts, action, other, csrf, application, upstream, mayCreate, identifier, error } = props;
  const words = texts.linkAccount;
  const { connector, name } = upstream;
  const isTyped = error !== undefined && error.code !== 'stale-form' && error.code !== 'form-unreadable';
  const atName = error?.code === 'identifier-missing';
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{texts.signIn.toContinue(application)}</p>
      <p class="note">{words.signedInAt(connector, name)}</p>
      {error && (
        <ErrorNote focused={!isTyped}>
          {error.code === 'cannot-be-linked' ? words.errors[error.code](connector) : inWords(error, texts)}
        </ErrorNote>
      )}
      <p>
        {words.explains(connector, name)} {words.beware}
      </p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <Field
          name="identifier"
          label={texts.signIn.identifier}
          wrong={isTyped && atName}
          input={{ ...identifierInput(identifier), required: true, autofocus: isTyped && atName }}
        />
        <Field
          name="password"
          label={texts.signIn.password}
          wrong={isTyped && !atName}
          show={texts.form.showPassword}
          input={{ type: 'password', autocomplete: 'current-password', required: true, autofocus: isTyped && !atName }}
        />
        {/* The first button is the one that Enter presses. */}
        <button type="submit" name="decision" value="link">
          {words.submit}
        </button>
        {mayCreate && (
          <>
            <p>{words.mayCreate}</p>
            <button type="submit" name="decision" value="new" class="quiet" formnovalidate>
              {words.create}
            </button>
          </>
        )}
        <CancelButton texts={texts} />
      </form>
      <p>
        <a href={other}>{texts.chooseAccount.other}</a>
      </p>
    </Layout>
  );
}
