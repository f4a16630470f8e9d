import { reasonInput } from '../../base/reason-input.js';
import { NotUnderstood } from './usage-error.js';

/**
 * Takes `--reason TEXT` out of the arguments of a changing command, so that no command needs to know it.
 * @throws NotUnderstood without a text of one line, or if it is given twice
 */
export function takeReason(given: readonly string[]): { readonly reason?: string; readonly args: readonly string[] } {
  const end = given.indexOf('--');
  const places = given.flatMap((arg, i) => (isReason(arg) && (end === -1 || i < end) ? i : []));
  const [at, again] = places;
  if (at === undefined) return { args: given };
  const inOne = given[at]?.startsWith('--reason=') === true;
  const reason = reasonInput.safeParse(inOne ? given[at]?.slice('--reason='.length) : given[at + 1]);
  if (!reason.success || reason.data === '') throw new NotUnderstood('--reason takes one line of 1 to 500 characters.');
  if (again !== undefined) throw new NotUnderstood('--reason is given once.');
  return { reason: reason.data, args: given.toSpliced(at, inOne ? 1 : 2) };
}

const isReason = (arg: string): boolean => arg === '--reason' || arg.startsWith('--reason=');
