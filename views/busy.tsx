import { Layout, type Surroundings } from './layout.js';

export interface BusyProps extends Surroundings {
  /** Where the same is asked once more. */
  readonly again: string;
}

/** For who would wait in vain to have a password checked: before they have typed it. */
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
