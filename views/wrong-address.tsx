import { Layout, type Surroundings } from './layout.js';

export interface WrongAddressProps extends Surroundings {
  /** The issuer: the one address that is served. */
  readonly issuer: string;
}

/** For a request to another host name of the server. Nothing of the request is on it. */
export function WrongAddress(props: WrongAddressProps) {
  const { issuer } = props;
  const words = props.texts.wrongAddress;
  return (
    <Layout {...props} title={words.title}>
      <p>{words.body}</p>
      <p>
        <a href={issuer}>{issuer}</a>
      </p>
    </Layout>
  );
}
