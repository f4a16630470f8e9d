import type { ComponentChildren } from 'preact';
import { ErrorNote } from './components/error-note.js';
import { type Person, signedInAs } from './components/person.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export type AccountPageName = keyof Texts['account']['pages'];
export type AccountDone = keyof Texts['account']['done'];
export type AccountError = keyof Texts['account']['errors'] | keyof Texts['form']['errors'];

/** What every page of a person's own account knows. */
export interface AccountSurroundings extends Surroundings {
  readonly person: Person;
  /** The navigation. */
  readonly pages: readonly { readonly name: AccountPageName; readonly href: string }[];
  readonly here: AccountPageName;
  readonly signOut: string;
  /** What was just done. */
  readonly done?: AccountDone;
  /** Why a form of this page was not taken. */
  readonly error?: AccountError;
}

/** The frame of the pages at `/account`: who is signed in, where else to go, what was just done or refused. */
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

const inWords = (error: AccountError, { account, form }: Texts): string =>
  error === 'stale-form' || error === 'form-unreadable' ? form.errors[error] : account.errors[error];
