import type { Instant } from '../../base/clock.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { UpstreamIdentity, UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { ConnectorView } from '../connectors/connector-service.js';
import type { TestStep } from '../contract/connector-condition.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { AnswerPart } from '../contract/redirect-connector.js';
import type { SignInExplanation } from '../provisioning/explain-sign-in.js';

/** One step of a test with a person. `sign-in`: all of it, where the connector tells no parts. */
export interface TestedStep extends Omit<TestStep, 'step'> {
  readonly step: TestStep['step'] | AnswerPart | 'sign-in';
}

/** What a test has shown. */
export interface TestReport {
  readonly connector: ConnectorView;
  readonly steps: readonly TestedStep[];
  /** What the connector reported for the log meanwhile. */
  readonly events: readonly ConnectorEvent[];
  readonly outcome: TestOutcome;
}

export type TestOutcome =
  | {
      readonly kind: 'told';
      readonly identity: UpstreamIdentity;
      /** When the upstream says that the person signed in there. */
      readonly authenticatedAt?: Instant;
      readonly explanation: SignInExplanation;
      /** For the names of roles and groups. */
      readonly snapshot: Snapshot;
    }
  /** The person cancelled there, or the upstream does not let them in. */
  | { readonly kind: 'denied' }
  | { readonly kind: UserstoreFault; readonly reason: string };

/** The parts that began, as steps: all but the last have succeeded. */
export function stepsOfAnswer(
  begun: readonly AnswerPart[],
  outcome: {
    readonly kind: 'ok' | 'denied' | UserstoreFault;
    readonly reason?: string;
    readonly seen?: readonly string[];
  },
): readonly TestedStep[] {
  const { kind, reason, seen } = outcome;
  const parts: readonly TestedStep['step'][] = begun.length === 0 ? ['sign-in'] : begun;
  return parts.map((step, place): TestedStep => {
    const details = place === 0 && seen ? { details: seen } : {};
    if (kind === 'ok' || place < parts.length - 1) return { step, outcome: 'ok', ...details };
    return { step, outcome: 'failed', reason: kind === 'denied' ? kind : (reason ?? kind) };
  });
}
