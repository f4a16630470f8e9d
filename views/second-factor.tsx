import { Layout, type Surroundings } from './layout.js';
import { CancelButton } from './components/cancel-button.js';
import { CodeField } from './components/code-field.js';
import { type CodeError, codeErrorInWords } from './components/code-error.js';

export interface SecondFactorProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly person: string;
  readonly error?: CodeError;
}

/** Asks for a code from the second factor, or a recovery code. */
export function SecondFactor(props: SecondFactorProps) {
  const { texts, action, csrf, application, person, error } = props;
  const words = texts.secondFactor;
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{words.toContinue(person, application)}</p>
      {error && (
        <p class="error" id="error" role="alert">
          {codeErrorInWords(error, texts)}
        </p>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        {/* No numeric keypad: a recovery code contains letters. */}
        <CodeField label={words.code} failed={error !== undefined} hint={words.explains} />
        <button type="submit">{words.submit}</button>
        <CancelButton texts={texts} />
      </form>
    </Layout>
  );
}
