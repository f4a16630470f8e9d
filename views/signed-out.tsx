import { Layout, type Surroundings } from './layout.js';

export interface SignedOutProps extends Surroundings {
  /** Only this application's part of the session was ended: the person chose to stay signed in. */
  readonly onlyOf?: string;
}

export function SignedOut(props: SignedOutProps) {
  const { texts, onlyOf } = props;
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
