import { problem, type Problem } from '../../base/problems/problem.js';
import type { Json } from '../../base/json.js';

/** A name and its required value. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** `status=open`; the first `=` separates the two. */
export function readPair(text: string): Pair | undefined {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return at > 0 && name !== '' && value !== '' && !/\p{C}/u.test(text) ? { name, value } : undefined;
}

export const pairFault = (text: string): Problem | undefined =>
  readPair(text) ? undefined : problem('pair-form', [], {});

/** Whether the value of this name equals the required value or is a list that contains it. */
export function isOrHolds(values: Readonly<Record<string, Json>> | undefined, name: string, wanted: string): boolean {
  const value = values && Object.hasOwn(values, name) ? values[name] : undefined;
  const each = Array.isArray(value) ? value : [value];
  return each.some((one) => one !== undefined && typeof one !== 'object' && String(one) === wanted);
}
