import type { Json } from '../../base/json.js';

/** The memory of an object or array without its members, in bytes. */
const OBJECT = 64;
/** The memory of one member. */
const MEMBER = 16;

/** Freezes a JSON document at every depth. Returns an estimate of its memory in bytes, which is rather too high. */
export function deepFreeze(value: Json): number {
  if (typeof value === 'string') return MEMBER + 2 * value.length;
  if (typeof value !== 'object') return MEMBER;
  let size = OBJECT;
  for (const member of Array.isArray(value) ? value : Object.values(value)) size += MEMBER + deepFreeze(member);
  Object.freeze(value);
  return size;
}
