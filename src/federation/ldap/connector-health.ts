import { type Instant, now } from '../../base/clock.js';
import type { ConnectorHealth } from '../contract/connector-kind.js';
import type { LdapFault } from './faults.js';

/** Faults of one entry or one moment's load: the directory itself answers. */
const NOT_OF_THE_DIRECTORY: ReadonlySet<string> = new Set([
  'ambiguous-name',
  'ambiguous-subject',
  'no-subject',
  'entry-outside-base',
  'entry-replaced',
  'entry-unreadable',
  'answer-too-large',
  'overloaded',
]);

/** What the uses of a directory in this process say of its health. */
export class HealthRecord {
  #lastSuccessAt: Instant | undefined;
  #lastFailure: { readonly at: Instant; readonly reason: string } | undefined;
  #isFailing = false;

  add(fault: LdapFault | undefined): void {
    if (fault === undefined) {
      this.#lastSuccessAt = now();
      this.#isFailing = false;
    } else if (!NOT_OF_THE_DIRECTORY.has(fault.reason)) {
      this.#lastFailure = { at: now(), reason: fault.reason };
      this.#isFailing = true;
    }
  }

  health(certificateUntil: Instant | undefined): ConnectorHealth {
    const isUsed = this.#lastSuccessAt !== undefined || this.#lastFailure !== undefined;
    return {
      state: this.#isFailing ? 'failing' : isUsed ? 'ok' : 'unknown',
      ...(this.#lastSuccessAt !== undefined && { lastSuccessAt: this.#lastSuccessAt }),
      ...(this.#lastFailure && { lastFailureAt: this.#lastFailure.at, lastFailure: this.#lastFailure.reason }),
      ...(certificateUntil !== undefined && { certificateUntil }),
    };
  }
}
