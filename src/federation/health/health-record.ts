import { type Instant, now } from '../../base/clock.js';
import type { ConnectorHealth } from '../contract/connector-condition.js';

/** What the uses of an upstream in this process say of its health. */
export class HealthRecord {
  readonly #notOfTheUpstream: ReadonlySet<string>;
  #lastSuccessAt: Instant | undefined;
  #lastFailure: { readonly at: Instant; readonly reason: string } | undefined;
  #isFailing = false;

  /** @param notOfTheUpstream reasons that concern one user or one moment's load: the upstream itself answers */
  constructor(notOfTheUpstream: ReadonlySet<string>) {
    this.#notOfTheUpstream = notOfTheUpstream;
  }

  add(fault: { readonly reason: string } | undefined): void {
    if (fault === undefined) {
      this.#lastSuccessAt = now();
      this.#isFailing = false;
    } else if (!this.#notOfTheUpstream.has(fault.reason)) {
      this.#lastFailure = { at: now(), reason: fault.reason };
      this.#isFailing = true;
    }
  }

  health(certificateUntil?: Instant): ConnectorHealth {
    const isUsed = this.#lastSuccessAt !== undefined || this.#lastFailure !== undefined;
    return {
      state: this.#isFailing ? 'failing' : isUsed ? 'ok' : 'unknown',
      ...(this.#lastSuccessAt !== undefined && { lastSuccessAt: this.#lastSuccessAt }),
      ...(this.#lastFailure && { lastFailureAt: this.#lastFailure.at, lastFailure: this.#lastFailure.reason }),
      ...(certificateUntil !== undefined && { certificateUntil }),
    };
  }
}
