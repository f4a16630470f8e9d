import { now } from '../../base/clock.js';
import type { Delay } from '../../identity/throttling/throttle-entry.js';
import { moment } from '../../base/text/moment.js';

/** Why sign-ins are delayed and until when, one line per reason. @param what `sign-ins of alice` */
export function describeDelays(delays: readonly Delay[], what: string): string[] {
  if (delays.length === 0) return [`Nothing slows down ${what}.`];
  return delays.map((delay) => {
    const since = `${delay.failures} failed sign-ins ${inWhich(delay)}`;
    const until =
      delay.until > now()
        ? `the next one is looked at from ${exact(delay.until)} on`
        : 'the next one is looked at, and delays those after it';
    return `${since}: ${until}. Forgotten by ${moment(delay.expiresAt)}.`;
  });
}

function inWhich({ kind, network = '' }: Delay): string {
  switch (kind) {
    case 'codes':
      return network === '' ? 'by a code, from where no right one came lately' : `by a code, from ${network}`;
    case 'pair':
      return `by one name from ${network}`;
    case 'identifier':
      return 'by this name, wherever from';
    case 'secret':
      return `by a secret of one client from ${network}`;
    case 'address':
      return `by any name from ${network}`;
  }
}

/** To the second, since most delays are shorter than a minute. */
const exact = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
