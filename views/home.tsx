import { Layout, type Surroundings } from './layout.js';

export interface HomeProps extends Surroundings {
  /** The person's own pages. */
  readonly account: string;
}

/** At the issuer's own address, where people come who typed it or cut a link short. */
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
