import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { Actor } from '../../changes/actor.js';
import type { PersonState } from '../../identity/erasure/erase-user.js';
import { findUser } from '../arguments/find-user.js';
import { moment } from '../../base/text/moment.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';

export interface EraseUserCommand {
  /** A name; or an id, since a removed user has no name any more. */
  readonly name: string;
  readonly yes: boolean;
}

/** @throws NotUnderstood */
export function readEraseUser(args: readonly string[]): EraseUserCommand {
  const { positionals, values } = parseArguments({
    args: [...args],
    allowPositionals: true,
    options: { yes: { type: 'boolean' } },
  });
  const [name, ...more] = positionals;
  if (name !== undefined && more.length === 0) return { name, yes: values.yes === true };
  throw new NotUnderstood();
}

type ErasureParts = Pick<Parts, 'users' | 'identifiers' | 'erasure'>;

/** Erases a person. @throws GatehouseError `bad-configuration` without `yes`, or if it is refused */
export async function eraseUser(
  parts: ErasureParts,
  by: Actor,
  { name, yes }: EraseUserCommand,
  out: Output,
): Promise<void> {
  const { id, shown } = await findPerson(parts, name);
  if (!yes) {
    const ends = `${shown} (id ${id}) would be erased for ever: account, sessions, tokens, consents, and what the audit trail says of them.`;
    throw new GatehouseError('bad-configuration', `${ends}\nNothing was changed. To do it, add --yes.`);
  }
  const before = saved(await parts.erasure.erase(by, id));
  out.line(sentenceOf(before, shown, id));
}

interface FoundPerson {
  readonly id: string;
  readonly shown: string;
}

async function findPerson(parts: ErasureParts, given: string): Promise<FoundPerson> {
  const typed = trimTyped(given);
  const user = (await parts.identifiers.findUser(typed)) ?? (await parts.users.get(typed));
  if (user) return { id: user.id, shown: `User ${user.username}` };
  if (await parts.erasure.stateOf(typed)) return { id: typed, shown: 'The removed user' };
  const { id, username } = await findUser(parts, typed);
  return { id, shown: `User ${username}` };
}

function sentenceOf(before: PersonState, shown: string, id: string): string {
  switch (before.kind) {
    case 'user':
    case 'removed':
      return `${shown} is erased. The id ${id} is never used again; other servers forget the key within a minute.`;
    case 'erased':
      return `The person with the id ${id} was erased at ${moment(before.at)}. Whatever was left is removed.`;
  }
}
