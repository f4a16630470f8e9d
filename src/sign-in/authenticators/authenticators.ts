import type { Authenticator, FirstAuthenticator } from './authenticator.js';
import { password } from './password/password.js';
import { recoveryCode } from './recovery-code/recovery-code.js';
import { totp } from './totp/totp.js';

/** Every authenticator, in the order in which people are offered them. */
export const AUTHENTICATORS: readonly Authenticator[] = [password, totp, recoveryCode];

const METHOD = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * Returns the list if it is valid. Two authenticators with the same `amr` count as one proof, so a first and a second factor must
 * not share one.
 * @throws Error for an invalid list, which is a programming error
 */
export function checkedAuthenticators(list: readonly Authenticator[]): readonly Authenticator[] {
  const methods = list.map(({ method }) => method);
  const wrong = methods.find((method, at) => !METHOD.test(method) || methods.indexOf(method) !== at);
  if (wrong !== undefined) throw new Error(`The method "${wrong}" is no name, or two authenticators have it.`);
  firstAuthenticator(list);
  const firsts = new Set(list.filter(({ factor }) => factor === 'first').map(({ amr }) => amr));
  const clash = list.find(({ factor, amr }) => factor === 'second' && firsts.has(amr));
  if (clash) throw new Error(`The second factor ${clash.method} has the amr of a first factor.`);
  return list;
}

/** The authenticator that the sign-in page asks for. */
export function firstAuthenticator(list: readonly Authenticator[]): FirstAuthenticator {
  const [first, ...more] = list.filter((each) => each.factor === 'first');
  if (!first || more.length > 0) throw new Error('A list of authenticators has exactly one first factor.');
  return first;
}
