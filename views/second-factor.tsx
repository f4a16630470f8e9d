import { Layout, type Surroundings } from './layout.js';
import { CancelButton } from './components/cancel-button.js';
import { CodeField } from './components/code-field.js';
import { type CodeError, codeErrorInWords } from './components/code-error.js';
import type { FactorWords } from './components/factor-words.js';
import { type OtherWay, OtherWays } from './components/other-ways.js';

export interface SecondFactorProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly person: string;
  /** The words of that authenticator. */
  readonly words: FactorWords;
  /** Links to the pages of the user's other authenticators. */
  readonly others: readonly OtherWay[];
  readonly error?: CodeError;
}

/** Asks for a code from one second factor. */
export function SecondFactor(props: SecondFactorProps) {
  const { texts, action, csrf, application, person, words, others, error } = props;
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{texts.secondFactor.toContinue(person, application)}</p>
      {error && (
        <p class="error" id="error" role="alert">
          {codeErrorInWords(error, texts, words)}
        </p>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        {/* No numeric keypad: a recovery code contains letters. */}
        <CodeField label={words.code} failed={error !== undefined} hint={words.explains} />
        <button type="submit">{texts.secondFactor.submit}</button>
        <CancelButton texts={texts} />
      </form>
      <OtherWays ways={others} texts={texts} />
    </Layout>
  );
}
