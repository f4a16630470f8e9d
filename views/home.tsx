import { Layout, type Surroundings } from './layout.js';

export interface HomeProps extends Surroundings {
  /** The account pages. */
  readonly account: string;
}

/** The page at the issuer's address, for users who typed it or shortened a link. */
export function Home(props: HomeProps) {
  const words = props.texts.home;
  return (
    <Layout {...props} title={words.title(props.realmName)}>
      <p>{words.body}</p>
      <p>
        <a href={props.account}>{words.account}</a>
      </p>
    </Layout>
  );
}
