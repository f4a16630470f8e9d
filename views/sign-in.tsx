import { CancelButton } from './components/cancel-button.js';
import { ContactLine } from './components/contact-line.js';
import { ErrorNote } from './components/error-note.js';
import { Field } from './components/field.js';
import { identifierInput } from './components/identifier-input.js';
import { type RedirectLink, RedirectLinks } from './components/redirect-links.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface SignInProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  /** The name of the one userstore that the page asks, unless it is the realm's own. */
  readonly userstore?: string;
  /** The pages of other identity providers. */
  readonly redirects?: readonly RedirectLink[];
  /** Only those are offered. */
  readonly withoutPassword?: boolean;
  /** Leads to the form that asks all userstores. Present: the application chose one. */
  readonly anotherWay?: string;
  /** The initial value of the username field. */
  readonly identifier?: string;
  /** Leads to the page that asks for another name. Present: the name was asked for before and is only shown here. */
  readonly otherName?: string;
  /** The signed-in user, and whether the application asks for this account or another one. */
  readonly signedIn?: { readonly person: string; readonly asked: 'again' | 'other' };
  /** Whether "keep me signed in" is checked. */
  readonly remember?: boolean;
  readonly error?: SignInError;
}

export type SignInError =
  | { readonly code: Exclude<keyof Texts['signIn']['errors'], 'throttled'> | keyof Texts['form']['errors'] }
  | { readonly code: 'throttled'; readonly seconds: number };

/**
 * Asks for username and password on one page, so that password managers fill both. Where the name was asked for before, it stays a
 * field for their sake.
 */
export function SignIn(props: SignInProps) {
  const { texts, action, csrf, application, userstore, anotherWay, redirects, withoutPassword = false } = props;
  const { identifier, otherName, signedIn, remember, error, contact } = props;
  const words = texts.signIn;
  const isNameFixed = otherName !== undefined;
  const atName = !isNameFixed && (error?.code === 'identifier-missing' || !identifier);
  return (
    <Layout
      {...props}
      title={userstore === undefined ? words.title : words.titleAt(userstore)}
      failed={error !== undefined}
    >
      <p class="purpose">{words.toContinue(application)}</p>
      {signedIn && (
        <p class="note">
          {signedIn.asked === 'again' ? words.again(signedIn.person) : words.other(signedIn.person, application)}
        </p>
      )}
      {error && <ErrorNote>{inWords(error, texts)}</ErrorNote>}
      {!withoutPassword && (
        <form method="post" action={action}>
          <input type="hidden" name="csrf" value={csrf} />
          <Field
            name="identifier"
            label={words.identifier}
            wrong={error !== undefined && atName}
            input={{
              ...identifierInput(identifier),
              ...(isNameFixed ? { readOnly: true } : { required: true, autofocus: atName }),
            }}
          />
          {isNameFixed && (
            <p>
              <a href={otherName}>{words.anotherName}</a>
            </p>
          )}
          <Field
            name="password"
            label={words.password}
            wrong={error !== undefined && !atName}
            show={texts.form.showPassword}
            input={{ type: 'password', autocomplete: 'current-password', required: true, autofocus: !atName }}
          />
          <label class="check">
            <input type="checkbox" name="remember" value="yes" checked={remember} /> {words.remember}
          </label>
          <button type="submit">{words.submit}</button>
          <CancelButton texts={texts} />
        </form>
      )}
      <RedirectLinks links={redirects} assets={props.assets} texts={texts} isAlone={withoutPassword} />
      {withoutPassword && (
        <form method="post" action={action}>
          <input type="hidden" name="csrf" value={csrf} />
          <CancelButton texts={texts} />
        </form>
      )}
      {anotherWay !== undefined && (
        <p>
          <a href={anotherWay}>{words.anotherWay}</a>
        </p>
      )}
      {!withoutPassword && (
        <p class="hint">
          {words.forgot} {contact ? <ContactLine contact={contact} /> : words.forgotCure}
        </p>
      )}
    </Layout>
  );
}

/** The sentence for an error of this page, or of the one that asks for the name. */
export function inWords(error: SignInError, { signIn, form }: Texts): string {
  if (error.code === 'throttled') return signIn.errors.throttled(form.wait(error.seconds));
  const { code } = error;
  return code === 'stale-form' || code === 'form-unreadable' ? form.errors[code] : signIn.errors[code];
}
