import { Layout, type Surroundings } from './layout.js';

export interface SignedOutProps extends Surroundings {
  /** The user was signed out of this application only and chose to stay signed in. */
  readonly onlyOf?: string;
  /** The user cancelled the sign-in to their account. The link leads to it again. */
  readonly signIn?: string;
}

/** Confirms the sign-out, from everything or from one application. */
export function SignedOut(props: SignedOutProps) {
  const { texts, onlyOf, signIn } = props;
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
    </Layout>
  ) : (
    <Layout {...props} title={texts.logout.stillSignedIn.title}>
      <p>{texts.logout.stillSignedIn.body(onlyOf)}</p>
    </Layout>
  );
}
