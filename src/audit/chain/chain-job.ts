import type { Logger } from 'pino';
import { type Instant, minutes, now, seconds } from '../../base/clock.js';
import type { Job } from '../../jobs/job.js';
import { auditRecords } from '../audit-record.js';
import { type ChainEnd, readHead } from './chain-head.js';
import { abandonedMarks } from './abandoned-marks.js';
import { checkpointOf } from './checkpoint.js';
import { type ChainParts, sealPending, type Unsealable } from './seal-pending.js';

/** Another process continues the chain this long after its holder's last renewal. */
const LEASE_LIFE = seconds(3);
const LOG_EVERY = minutes(1);

export interface ChainJobParts extends ChainParts {
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/**
 * The background job that takes records into the chain of a realm: within two seconds while a process does it, and within six
 * after that process died. It logs a checkpoint every minute in which the chain grew.
 */
export function chainJob(services: ChainJobParts): Job {
  const { realm, log } = services;
  const parts = { isAbandoned: abandonedMarks(), ...services };
  const logCheckpoint = everyMinute<ChainEnd>((end) => {
    log.info({ checkpoint: checkpointOf(end) }, 'the audit trail has grown to this checkpoint');
  });
  const logUnsealable = everyMinute<Unsealable>(({ count, first }) => {
    log.error({ count, first }, 'audit records can not be signed: see `gatehouse audit verify`');
  });
  return {
    name: 'audit-chain',
    every: seconds(1),
    leaseLife: LEASE_LIFE,
    async isNeeded() {
      if (logCheckpoint.isDue()) return true;
      return (await realm.of(auditRecords).count('pending', { pending: true }, 1)) > 0;
    },
    async run(held, signal) {
      const unsealable = await sealPending(parts, held, signal, (end) => {
        logCheckpoint.see(end, `${end.sequence}`);
      });
      if (unsealable) logUnsealable.see(unsealable, `${unsealable.count} ${unsealable.first}`);
      if (logCheckpoint.isDue()) {
        const head = await readHead(realm);
        logCheckpoint.see(head, `${head.sequence}`);
      }
    },
  };
}

/** Says the last of what it saw, at most once a minute, and nothing twice. */
function everyMinute<T>(say: (last: T) => void): { see(value: T, name: string): void; isDue(): boolean } {
  let saidAt: Instant = 0;
  let saidName = '';
  let unsaid: { readonly value: T; readonly name: string } | undefined;
  const isDue = (): boolean => unsaid !== undefined && (saidAt + LOG_EVERY <= now() || saidAt > now());
  return {
    isDue,
    see(value, name) {
      if (name === saidName) return;
      unsaid = { value, name };
      if (!isDue()) return;
      say(value);
      [saidAt, saidName, unsaid] = [now(), name, undefined];
    },
  };
}
