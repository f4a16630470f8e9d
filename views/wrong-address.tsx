import { Layout, type Surroundings } from './layout.js';

export interface WrongAddressProps extends Surroundings {
  /** The issuer, the only address that is served. */
  readonly issuer: string;
}

/** Shown for a request to another host name of the server. It repeats nothing from the request. */
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
