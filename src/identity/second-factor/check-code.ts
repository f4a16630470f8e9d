import type { SecondFactor } from './second-factor.js';
import type { EnrolledFactor, FactorCheck, FactorContext, SecondFactorMethod } from './second-factor-method.js';
import { factorIn } from './stored-factors.js';

/** The result of checking a typed code against the methods that it may be of. */
export type CodeCheck =
  | {
      readonly kind: 'ok';
      /** The factor as it is stored from now on. */
      readonly after: EnrolledFactor;
      readonly happened?: string;
    }
  | Exclude<FactorCheck, { readonly kind: 'ok' }>
  /** The user has none of these methods. */
  | { readonly kind: 'none' };

/**
 * Checks a code with each of these methods until one accepts it; if none does, the last one says why. Pure.
 * @throws Error if a method that can be guessed accepts a code without using it up
 */
export function checkCode(
  document: SecondFactor,
  methods: readonly SecondFactorMethod[],
  code: string,
  context: FactorContext,
): CodeCheck {
  let last: CodeCheck = { kind: 'none' };
  for (const method of methods) {
    const stored = factorIn(document, method.method);
    if (!stored) continue;
    const check = method.verify(stored, code, context);
    if (check.kind !== 'ok') {
      last = check;
      continue;
    }
    const { data, happened } = check;
    if (method.throttle === 'codes' && JSON.stringify(data) === JSON.stringify(stored.data)) {
      throw new Error(`The authenticator ${method.method} accepted a code without using it up.`);
    }
    return { kind: 'ok', after: { ...stored, data }, ...(happened !== undefined && { happened }) };
  }
  return last;
}
