import { Layout, type Surroundings } from './layout.js';

/** For an interaction that is over, unknown, or another browser's: which of them is not said. */
export function Expired(props: Surroundings) {
  const { title, body, cure } = props.texts.expired;
  return (
    <Layout {...props} title={title}>
      <p>{body}</p>
      <p>{cure}</p>
    </Layout>
  );
}
