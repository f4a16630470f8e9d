import type { KindPatterns } from '../kind-patterns.js';

/** A webhook of a realm that receives its audit records. */
export interface WebhookStream {
  readonly name: string;
  readonly url: string;
  /** Absent: all. */
  readonly kinds?: KindPatterns;
  /** Whether names, addresses, agents, reasons and values before and after are sent. */
  readonly personal: boolean;
  /** Where a stream begins that has never sent anything. */
  readonly from: 'start' | 'now';
  /** Another number makes another secret. */
  readonly secretVersion: number;
}
