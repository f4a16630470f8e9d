import type { ComponentChildren } from 'preact';
import { ErrorNote } from './components/error-note.js';
import { type Person, signedInAs } from './components/person.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export type AccountPageName = keyof Texts['account']['pages'];
export type AccountDone = keyof Texts['account']['done'];
export type AccountError =
  | keyof Texts['account']['errors']
  | keyof Texts['form']['errors']
  /** As where a directory requires a new password. */
  | Exclude<keyof Texts['userstorePassword']['errors'], 'refused'>;

/** Properties of every account page. */
export interface AccountSurroundings extends Surroundings {
  readonly person: Person;
  /** The navigation. */
  readonly pages: readonly { readonly name: AccountPageName; readonly href: string }[];
  readonly here: AccountPageName;
  readonly signOut: string;
  /** The action that was just completed. */
  readonly done?: AccountDone;
  /** Why a form of this page was refused. */
  readonly error?: AccountError;
}

/** The frame of the pages at `/account`: the signed-in user, the navigation, and the result of the last action. */
export function AccountFrame(props: AccountSurroundings & { readonly children: ComponentChildren }) {
  const { texts, person, pages, here, signOut, done, error, children } = props;
  const words = texts.account;
  return (
    <Layout {...props} title={words.pages[here]} failed={error !== undefined} wide>
      <p class="purpose">{signedInAs(person, texts)}</p>
      <div class="beside">
        <nav aria-label={words.navigation}>
          <ul class="places">
            {pages.map(({ name, href }) => (
              <li key={name}>
                <a href={href} {...(name === here && { 'aria-current': 'page' })}>
                  {words.pages[name]}
                </a>
              </li>
            ))}
            <li>
              <a href={signOut}>{words.signOut}</a>
            </li>
          </ul>
        </nav>
        <div>
          {done !== undefined && (
            <p class="note" role="status">
              {words.done[done]}
            </p>
          )}
          {error !== undefined && <ErrorNote focused>{inWords(error, texts)}</ErrorNote>}
          {children}
        </div>
      </div>
    </Layout>
  );
}

function inWords(error: AccountError, { account, form, userstorePassword }: Texts): string {
  if (error === 'stale-form' || error === 'form-unreadable') return form.errors[error];
  return isOfAccount(error, account) ? account.errors[error] : userstorePassword.errors[error];
}

const isOfAccount = (
  error: Exclude<AccountError, keyof Texts['form']['errors']>,
  { errors }: Texts['account'],
): error is keyof Texts['account']['errors'] => Object.hasOwn(errors, error);
