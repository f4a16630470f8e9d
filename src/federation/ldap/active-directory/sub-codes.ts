import type { AccountFault } from '../../../identity/userstores/password-connector.js';

/** Why Active Directory refused a bind with the result 49. */
export type BindRefusal = 'unknown' | 'wrong-credentials' | Exclude<AccountFault, 'denied'>;

/**
 * By the error of Windows in the text of the result: `... comment: AcceptSecurityContext error, data 533, v1db1`. Undefined: it says none.
 *
 * Reasons that end in a page or a word to the person are told for the right password alone. A lock is told for any.
 */
export function bindRefusal(text: string): BindRefusal | undefined {
  const [, code = ''] = /, data ([0-9a-f]{1,8})(?:,|$)/i.exec(text) ?? [];
  return REFUSALS.get(code.toLowerCase());
}

const REFUSALS: ReadonlyMap<string, BindRefusal> = new Map<string, BindRefusal>([
  ['525', 'unknown'],
  ['52e', 'wrong-credentials'],
  // Not at this hour, not from here, not in this way.
  ['530', 'not-allowed'],
  ['531', 'not-allowed'],
  ['534', 'not-allowed'],
  // Too old. The cure is the same as for one that somebody else set.
  ['532', 'must-change'],
  ['533', 'disabled'],
  ['701', 'expired'],
  ['773', 'must-change'],
  ['775', 'locked'],
]);
