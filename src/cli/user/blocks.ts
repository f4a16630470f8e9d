import type { ParseArgsConfig } from 'node:util';
import type { Parts } from '../../app/parts.js';
import { type Block, blocksAt } from '../../base/block.js';
import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { User, UserState } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { readInstant } from '../arguments/read-instant.js';
import { blockText, isQuarantine } from '../../sentences/describe-block.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { saved } from '../output/unwrap.js';

/** An administrator's block, as an input has it. */
export interface NewBlock {
  readonly until?: number;
}

/** @throws NotUnderstood */
export function readDisable(args: readonly string[]): { readonly name: string; readonly block: NewBlock } {
  const { name, values } = parsed(args, { until: { type: 'string' } });
  const until = values.until === undefined ? undefined : readInstant('until', values.until);
  if (until !== undefined && until <= now()) throw new NotUnderstood('--until takes a time in the future.');
  return { name, block: until === undefined ? {} : { until } };
}

/** @throws NotUnderstood */
export function readEnable(args: readonly string[]): { readonly name: string; readonly all: boolean } {
  const { name, values } = parsed(args, { all: { type: 'boolean' } });
  return { name, all: values.all === true };
}

function parsed<O extends ParseArgsConfig['options']>(args: readonly string[], options: O) {
  const { positionals, values } = parseArguments({ args: [...args], allowPositionals: true, options });
  const [name, ...more] = positionals;
  if (name !== undefined && more.length === 0) return { name, values };
  throw new NotUnderstood();
}

/** Lifts the administrator's block, or every block. Returns what to print. */
export async function enableUser(
  { users }: Pick<Parts, 'users'>,
  by: Actor,
  { id, username }: Stored<User>,
  all: boolean,
): Promise<string> {
  const after = saved(all ? await users.unblock(by, id) : await users.update(by, id, { block: null }));
  const left = blocksAt(after, now());
  if (left.length === 0) return `${username} can sign in again. What had ended stays so.`;
  return `${username} still can't sign in: ${left.map(describeBlock).join('; ')}. With --all this is lifted too.`;
}

export const describeBlock = (block: Block): string => blockText(block, 'en');

/** The word for programs. */
export const stateOf = (user: User): UserState => (blocksAt(user, now()).length > 0 ? 'disabled' : 'active');

/** The word for lists. */
export function stateWord(user: User): UserState | 'in quarantine' {
  const blocks = blocksAt(user, now());
  return blocks.length > 0 && blocks.every(isQuarantine) ? 'in quarantine' : stateOf(user);
}

/** The same word, with everything that blocks the user. */
export function describeState(user: User): string {
  const word = stateWord(user);
  const causes = blocksAt(user, now()).map(describeBlock).join('; ');
  return word === 'disabled' ? `${word}: ${causes}` : causes || word;
}
