import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface ConsentProps extends Surroundings {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly person?: string;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly resources: readonly ConsentResource[];
  /** The form could not be taken: say so and ask again. */
  readonly error?: keyof Texts['form']['errors'];
}

export interface ConsentResource {
  readonly name: string;
  readonly permissions: readonly { readonly name: string; readonly description?: string }[];
}

/** Who asks for what, in words; a permission also by its own name, which is what an administrator knows it by. */
export function Consent(props: ConsentProps) {
  const { texts, action, csrf, application, person, scopes, claims, resources, error } = props;
  const words = texts.consent;
  return (
    <Layout {...props} title={words.title(application)} failed={error !== undefined}>
      {person !== undefined && <p class="purpose">{words.signedInAs(person)}</p>}
      {error && (
        <p class="error" role="alert">
          {texts.form.errors[error]}
        </p>
      )}
      {scopes.length + claims.length > 0 && (
        <section>
          <h2>{words.wantsTo(application)}</h2>
          <ul>
            {scopes.map((scope) => (
              <li key={scope}>{words.scopes[scope] ?? words.otherScope(scope)}</li>
            ))}
            {claims.map((claim) => (
              <li key={claim}>{words.claim(claim)}</li>
            ))}
          </ul>
        </section>
      )}
      {resources.map((resource) => (
        <section key={resource.name}>
          <h2>{words.atResource(resource.name)}</h2>
          <ul>
            {resource.permissions.map((permission) => (
              <li key={permission.name}>
                {permission.description !== undefined && <>{permission.description} </>}
                <code>{permission.name}</code>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <form method="post" action={action} class="choice">
        <input type="hidden" name="csrf" value={csrf} />
        <button type="submit" name="decision" value="allow">
          {words.allow}
        </button>
        <button type="submit" name="decision" value="deny" class="quiet">
          {words.deny}
        </button>
      </form>
      <p class="hint">{words.denyMeans}</p>
    </Layout>
  );
}
