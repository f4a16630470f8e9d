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

/** Describes in plain words the user data that an application may see. */
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
  /** The heading level. */
  readonly level: 2 | 3;
}

/** The permissions per resource server. Each is also shown by name, because administrators know it by that name. */
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
