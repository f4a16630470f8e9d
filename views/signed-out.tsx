import { FormElsewhere } from './components/form-elsewhere.js';
import { Layout, type Surroundings } from './layout.js';

export interface SignedOutProps extends Surroundings {
  /** The user was signed out of this application only and chose to stay signed in. */
  readonly onlyOf?: string;
  /** The user cancelled the sign-in to their account. The link leads to it again. */
  readonly signIn?: string;
  /** The identity provider where the user is still signed in. The link leads to the sign-out there. */
  readonly upstream?: {
    readonly name: string;
    readonly href: string;
    /** It is a form with these fields. Absent: a link. */
    readonly form?: readonly (readonly [name: string, value: string])[];
  };
}

/** Confirms the sign-out, from everything or from one application. */
export function SignedOut(props: SignedOutProps) {
  const { texts, onlyOf, signIn, upstream } = props;
  if (signIn !== undefined) {
    return (
      <Layout {...props} title={texts.logout.notSignedIn.title}>
        <p>{texts.logout.notSignedIn.body}</p>
        <p>
          <a href={signIn}>{texts.signIn.submit}</a>
        </p>
      </Layout>
    );
  }
  return onlyOf === undefined ? (
    <Layout {...props} title={texts.logout.signedOut.title}>
      <p>{texts.logout.signedOut.body}</p>
      {upstream && (
        <>
          <p>{texts.logout.upstream.body(upstream.name)}</p>
          {upstream.form ? (
            <FormElsewhere
              href={upstream.href}
              fields={upstream.form}
              button={texts.logout.upstream.signOut(upstream.name)}
            />
          ) : (
            <p>
              <a class="button" href={upstream.href}>
                {texts.logout.upstream.signOut(upstream.name)}
              </a>
            </p>
          )}
        </>
      )}
    </Layout>
  ) : (
    <Layout {...props} title={texts.logout.stillSignedIn.title}>
      <p>{texts.logout.stillSignedIn.body(onlyOf)}</p>
    </Layout>
  );
}
