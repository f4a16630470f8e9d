import { CancelButton } from './components/cancel-button.js';
import { CodeField } from './components/code-field.js';
import { type CodeError, codeErrorInWords } from './components/code-error.js';
import { ErrorNote } from './components/error-note.js';
import type { EnrolmentShown, FactorWords } from './components/factor-words.js';
import { type OtherWay, OtherWays } from './components/other-ways.js';
import { Layout, type Surroundings } from './layout.js';

export interface EnrolSecondFactorProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  /** The secret, sealed, until a code confirms it. */
  readonly carried: string;
  readonly shows: EnrolmentShown;
  /** The words of the authenticator that is set up. */
  readonly words: Pick<FactorWords, 'errors'>;
  /** Links to the pages of the other authenticators. */
  readonly others: readonly OtherWay[];
  readonly error?: CodeError;
}

/** Sets up a second factor during a sign-in to an application that requires one. */
export function EnrolSecondFactor(props: EnrolSecondFactorProps) {
  const { texts, action, csrf, application, carried, shows, words, others, error } = props;
  const { enrol } = texts.secondFactor;
  return (
    <Layout {...props} title={enrol.title} failed={error !== undefined}>
      <p class="purpose">{shows.why(application)}</p>
      {error && <ErrorNote focused>{codeErrorInWords(error, texts, words)}</ErrorNote>}
      {shows.instructions}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="carried" value={carried} />
        <CodeField label={shows.confirm} failed={error !== undefined} digits={shows.digits} />
        <button type="submit">{enrol.submit}</button>
        <CancelButton texts={texts} />
      </form>
      <OtherWays ways={others} texts={texts} />
    </Layout>
  );
}
