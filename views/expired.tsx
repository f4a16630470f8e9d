import { Layout, type Surroundings } from './layout.js';

export interface ExpiredProps extends Surroundings {
  /** The account pages, for users who followed a bookmark. */
  readonly account: string;
  /** The browser sent no cookie at all; it may block them. */
  readonly noCookies: boolean;
  /** Starts again at the application, if it is known and registered an address for that. */
  readonly startAgain?: { readonly application: string; readonly href: string };
}

/** Shown for an interaction that has ended, is unknown or belongs to another browser. The page does not reveal which. */
export function Expired(props: ExpiredProps) {
  const { account, noCookies, startAgain } = props;
  const words = props.texts.expired;
  return (
    <Layout {...props} title={words.title}>
      <p>{words.body}</p>
      {noCookies && <p>{words.noCookies}</p>}
      {startAgain ? (
        <p>
          <a href={startAgain.href}>{words.startAgain(startAgain.application)}</a>
        </p>
      ) : (
        <p>{words.cure}</p>
      )}
      <p>
        <a href={account}>{words.account}</a>
      </p>
    </Layout>
  );
}
