import { NotUnderstood } from './usage-error.js';

/** In characters, as for assignments. */
const LONGEST = 500;

/**
 * Takes `--reason TEXT` out of the arguments of a changing command, so that no command needs to know it.
 * @throws NotUnderstood without a text, or if it is given twice
 */
export function takeReason(given: readonly string[]): { readonly reason?: string; readonly args: readonly string[] } {
  const end = given.indexOf('--');
  const at = given.findIndex(isReason);
  if (at === -1 || (end !== -1 && at > end)) return { args: given };
  const inOne = given[at]?.startsWith('--reason=') === true;
  const reason = (inOne ? given[at]?.slice('--reason='.length) : given[at + 1])?.trim() ?? '';
  const args = given.toSpliced(at, inOne ? 1 : 2);
  if (reason === '' || reason.length > LONGEST)
    throw new NotUnderstood(`--reason takes a text of 1 to ${LONGEST} characters.`);
  if (args.some(isReason)) throw new NotUnderstood('--reason is given once.');
  return { reason, args };
}

const isReason = (arg: string): boolean => arg === '--reason' || arg.startsWith('--reason=');
