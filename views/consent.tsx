import { ErrorNote } from './components/error-note.js';
import { type Person, signedInAs } from './components/person.js';
import { type ConsentResource, ResourceScopes, Scopes } from './components/scopes.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface ConsentProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly person?: Person;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly resources: readonly ConsentResource[];
  /** The form was refused: show the error and ask again. */
  readonly error?: keyof Texts['form']['errors'];
}

/** Asks for consent in plain words. A permission is also shown by name, because administrators know it by that name. */
export function Consent(props: ConsentProps) {
  const { texts, action, csrf, application, person, scopes, claims, resources, error } = props;
  const words = texts.consent;
  return (
    <Layout {...props} title={words.title(application)} failed={error !== undefined}>
      {person !== undefined && <p class="purpose">{signedInAs(person, texts)}</p>}
      {error && <ErrorNote focused>{texts.form.errors[error]}</ErrorNote>}
      {scopes.length + claims.length > 0 && (
        <section>
          <h2>{words.wantsTo(application)}</h2>
          <Scopes texts={texts} scopes={scopes} claims={claims} />
        </section>
      )}
      <ResourceScopes texts={texts} resources={resources} level={2} />
      <form method="post" action={action} class="choice">
        <input type="hidden" name="csrf" value={csrf} />
        <button type="submit" name="decision" value="allow">
          {words.allow}
        </button>
        <button type="submit" name="decision" value="deny" class="quiet">
          {words.deny}
        </button>
        <button type="submit" name="decision" value="other" class="link">
          {texts.chooseAccount.other}
        </button>
      </form>
      <p class="hint">{words.denyMeans}</p>
    </Layout>
  );
}
