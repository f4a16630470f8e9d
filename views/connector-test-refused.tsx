import { CommandLine } from './components/command-line.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface ConnectorTestRefusedProps extends Surroundings {
  readonly why: keyof Texts['connectorTest']['refused']['why'];
  /** Makes a link that begins a test. */
  readonly command: string;
}

/** Shown where a link begins no test of a connector, or where an answer belongs to none. */
export function ConnectorTestRefused(props: ConnectorTestRefusedProps) {
  const { why, command } = props;
  const words = props.texts.connectorTest.refused;
  return (
    <Layout {...props} title={words.title} failed>
      <p role="alert">{words.why[why]}</p>
      <p>{words.cure}</p>
      <CommandLine command={command} />
    </Layout>
  );
}
