import { Layout, type Surroundings } from './layout.js';

export interface BusyProps extends Surroundings {
  /** The address that repeats the request. */
  readonly again: string;
}

/** Shown before the sign-in form while the server cannot check more passwords. */
export function Busy(props: BusyProps) {
  const { again, texts } = props;
  return (
    <Layout {...props} title={texts.busy.title}>
      <p>{texts.busy.body}</p>
      <p>
        <a href={again}>{texts.busy.again}</a>
      </p>
    </Layout>
  );
}
