import { CancelButton } from './components/cancel-button.js';
import { CodeField } from './components/code-field.js';
import { type CodeError, codeErrorInWords } from './components/code-error.js';
import { ErrorNote } from './components/error-note.js';
import { Seed, type SeedShown } from './components/seed.js';
import { Layout, type Surroundings } from './layout.js';

export interface EnrolSecondFactorProps extends Surroundings, SeedShown {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  /** The seed, sealed, until a code confirms it. */
  readonly carried: string;
  readonly error?: CodeError;
}

/** Sets up a second factor during a sign-in to an application that requires one. */
export function EnrolSecondFactor(props: EnrolSecondFactorProps) {
  const { texts, action, csrf, application, carried, seed, picture, error } = props;
  const words = texts.secondFactor;
  return (
    <Layout {...props} title={words.enrol.title} failed={error !== undefined}>
      <p class="purpose">{words.enrol.why(application)}</p>
      {error && <ErrorNote focused>{codeErrorInWords(error, texts)}</ErrorNote>}
      <Seed seed={seed} picture={picture} texts={texts} />
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="carried" value={carried} />
        <CodeField label={words.enrol.confirm} failed={error !== undefined} digits />
        <button type="submit">{words.enrol.submit}</button>
        <CancelButton texts={texts} />
      </form>
    </Layout>
  );
}
