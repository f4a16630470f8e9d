import type { Texts } from '../locales/en.js';

/** A link to the sign-in pages of another identity provider. */
export interface RedirectLink {
  readonly name: string;
  readonly href: string;
  /** The file name of its picture. */
  readonly logo?: string | undefined;
}

/** Sign-ins elsewhere, below the form. They are links: a form could not lead to another site. */
export function RedirectLinks({
  links = [],
  assets,
  texts: { signIn },
  isAlone = false,
}: {
  readonly links?: readonly RedirectLink[] | undefined;
  readonly assets: string;
  readonly texts: Texts;
  /** There is no form above. */
  readonly isAlone?: boolean;
}) {
  if (links.length === 0) return null;
  return (
    <section class="redirects">
      {!isAlone && <h2>{signIn.or}</h2>}
      <ul>
        {links.map(({ name, href, logo }) => (
          <li>
            <a class="button" href={href}>
              {logo !== undefined && <img src={assets + logo} width="20" height="20" alt="" />}
              {signIn.continueWith(name)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
