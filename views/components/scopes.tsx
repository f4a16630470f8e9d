import type { Texts } from '../locales/en.js';

export interface ConsentResource {
  readonly name: string;
  readonly permissions: readonly { readonly name: string; readonly description?: string }[];
}

interface ScopesProps {
  readonly texts: Texts;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
}

/** What an application may know of a person, in words. */
export function Scopes({ texts: { consent }, scopes, claims }: ScopesProps) {
  return (
    <ul>
      {scopes.map((scope) => (
        <li key={scope}>
          {(Object.hasOwn(consent.scopes, scope) && consent.scopes[scope]) || consent.otherScope(scope)}
        </li>
      ))}
      {claims.map((claim) => (
        <li key={claim}>{consent.claim(claim)}</li>
      ))}
    </ul>
  );
}

interface ResourceScopesProps {
  readonly texts: Texts;
  readonly resources: readonly ConsentResource[];
  /** Of the headings. */
  readonly level: 2 | 3;
}

/** What it may do where; a permission also by its own name, which is what an administrator knows it by. */
export function ResourceScopes({ texts: { consent }, resources, level }: ResourceScopesProps) {
  const Heading = `h${level}` as const;
  return (
    <>
      {resources.map((resource) => (
        <section key={resource.name}>
          <Heading>{consent.atResource(resource.name)}</Heading>
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
    </>
  );
}
