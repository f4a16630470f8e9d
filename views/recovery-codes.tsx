import { RecoveryCodeList } from './components/recovery-code-list.js';
import { Layout, type Surroundings } from './layout.js';

export interface RecoveryCodesProps extends Surroundings {
  readonly codes: readonly string[];
  /** The address of the next step. */
  readonly next: string;
}

/** The recovery codes, right after a second factor was set up. */
export function RecoveryCodes(props: RecoveryCodesProps) {
  const { texts, realmName, codes, next } = props;
  const words = texts.secondFactor.recovery;
  return (
    <Layout {...props} title={words.title}>
      <RecoveryCodeList codes={codes} realmName={realmName} texts={texts} />
      <p>
        <a href={next}>{words.go}</a>
      </p>
    </Layout>
  );
}
