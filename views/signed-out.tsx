import { Layout, type Surroundings } from './layout.js';

export interface SignedOutProps extends Surroundings {
  /** Only this application's part of the session was ended: the person chose to stay signed in. */
  readonly onlyOf?: string;
  /** Nobody was signed in: they cancelled the sign-in to their own account. Leads to it again. */
  readonly signIn?: string;
}

/** Says that somebody is signed out, of everything or of one application. */
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
