import { Layout, type Surroundings } from './layout.js';

export interface ExpiredProps extends Surroundings {
  /** The person's own pages, for who came from a bookmark. */
  readonly account: string;
  /** The browser sent no cookie at all: it may keep none. */
  readonly noCookies: boolean;
  /** At the application that it was about, where that is known and has registered an address for it. */
  readonly startAgain?: { readonly application: string; readonly href: string };
}

/** For an interaction that is over, unknown, or another browser's: which of them is not said. */
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
