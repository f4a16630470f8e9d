import type { Instant } from '../clock.js';
import { random } from './random-bytes.js';

/**
 * An opaque identifier: 128 random bits, never reused. It never begins with a hyphen, so that commands do not take it for an
 * option.
 */
export function newId(): string {
  for (;;) {
    const id = random(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** A random secret of 256 bits. */
export const newSecret = (): string => random(32).toString('base64url');

let lastAt = 0;
let sequence = 0;

/**
 * An identifier that sorts, by bytes, by time, and within a process by creation. It consists of milliseconds (12 hex digits), a
 * sequence within the millisecond (4), and 64 random bits (16).
 */
export function timeOrderedId(at: Instant): string {
  sequence = at === lastAt ? sequence + 1 : 0;
  lastAt = at;
  return `${hex(at, 12)}${hex(Math.min(sequence, 0xffff), 4)}${random(8).toString('hex')}`;
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
