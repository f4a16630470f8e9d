import type { UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { HealthRecord } from './health-record.js';

/** Why an upstream could not be used. `details` are for the log. */
interface UpstreamFault<Reason extends string> {
  readonly kind: UserstoreFault;
  readonly reason: Reason;
  readonly details?: ConnectorEvent['details'];
}

/** The outcome of a use for whoever asked. */
interface FailedUse<Reason extends string> {
  readonly kind: UserstoreFault;
  readonly reason: Reason;
}

/** The health of an upstream whose faults are reported for the log. Its functions may be handed on. */
export class ReportedHealth extends HealthRecord {
  readonly #report: (event: ConnectorEvent) => void;

  /** @param notOfTheUpstream as in {@link HealthRecord} */
  constructor(report: (event: ConnectorEvent) => void, notOfTheUpstream: ReadonlySet<string>) {
    super(notOfTheUpstream);
    this.#report = report;
  }

  readonly answered = (): void => this.add(undefined);

  readonly failed = <Reason extends string>(fault: UpstreamFault<Reason>): FailedUse<Reason> => {
    this.add(fault);
    return this.reported(fault);
  };

  /** A fault that says nothing of the upstream's health. */
  readonly reported = <Reason extends string>(fault: UpstreamFault<Reason>): FailedUse<Reason> => {
    const { kind, reason, details } = fault;
    this.#report({ reason, ...(details && { details }) });
    return { kind, reason };
  };
}
