import { parseArguments } from '../arguments/parse-arguments.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import type { Page, PageRequest } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { userPatchInput } from '../../identity/users/user-input.js';
import { searchTerms } from '../../identity/users/user-index.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { findUser } from '../arguments/find-user.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';
import { stateOf, stateWord } from '../user/blocks.js';
import { withParts } from '../with-parts.js';
import { type CommandFields, parsed, readFields } from './fields.js';
import { printJson, printList } from './output.js';

const ACTIONS = ['list', 'search', 'edit', 'delete'] as const;

export interface ManageUsersCommand {
  readonly action: (typeof ACTIONS)[number];
  /** A user; for `search` the search text. Absent for `list`. */
  readonly name: string;
  readonly values: ReturnType<typeof argumentsOf>['values'];
}

const OPTIONS = {
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  set: { type: 'string', multiple: true },
  stdin: { type: 'boolean' },
  username: { type: 'string' },
  email: { type: 'string' },
  'email-verified': { type: 'boolean' },
  name: { type: 'string' },
} as const;

export const managesUsers = (action: string | undefined): boolean => ACTIONS.some((known) => known === action);

/** @throws NotUnderstood with the usage of the command */
export function readManageUsersCommand([given, ...args]: readonly string[]): ManageUsersCommand {
  const action = ACTIONS.find((known) => known === given);
  const { positionals, values } = argumentsOf(args);
  if (!action || (action === 'list') !== (positionals.length === 0)) throw new NotUnderstood();
  if (action !== 'search' && positionals.length > 1) throw new NotUnderstood();
  return { action, name: positionals.join(' '), values };
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** @throws GatehouseError `bad-configuration`, StoreUnavailable, NotUnderstood */
export async function manageUsersCommand(
  by: Actor,
  command: ManageUsersCommand,
  config: Config,
  out: Output,
): Promise<void> {
  const { action, name, values } = command;
  const { json = false } = values;
  await withParts(config, async (parts) => {
    if (action === 'list') return printList((page) => parts.users.list(page), shownAs(json), out);
    if (action === 'search') return printList(searching(parts, name), shownAs(json), out);
    const user = await findUser(parts, name);
    if (action === 'edit') {
      const patch = parsed(userPatchInput, await patchOf(values));
      if (Object.keys(patch).length === 0) throw new NotUnderstood(NOTHING_GIVEN);
      const after = saved(await parts.writeBack.update(by, user, patch));
      if (json) printJson(fieldsOf(after), out);
      else out.line(`User ${after.username} changed.`);
      return;
    }
    if (values.yes !== true) {
      const ends = `User ${user.username} would be deleted for ever, with sessions, tokens, consents and assignments.`;
      throw new GatehouseError('bad-configuration', `${ends}\nNothing was changed. To do it, add --yes.`);
    }
    saved(await parts.users.remove(by, user.id, user.version));
    if (json) printJson({ deleted: user.username, id: user.id }, out);
    else out.line(`User ${user.username} deleted. The id ${user.id} is never used again.`);
  });
}

const NOTHING_GIVEN =
  'Say what to change: --username, --email, --email-verified, --name, --set FIELD=VALUE, or --stdin with a JSON object of fields.';

async function patchOf(values: ManageUsersCommand['values']): Promise<CommandFields> {
  const { username, email, name, set = [], stdin = false } = values;
  const given = await readFields({ set, stdin });
  const profile = typeof given['profile'] === 'object' && given['profile'] !== null ? given['profile'] : {};
  return {
    ...given,
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(values['email-verified'] === true && { emailVerified: true }),
    ...(name !== undefined && { profile: { ...profile, name } }),
  };
}

/** Users who match every word: found by one of them, and filtered by the others. */
function searching({ users }: Parts, text: string): (page: PageRequest) => Promise<Page<Stored<User>>> {
  const terms = searchTerms(text);
  const [term] = terms.toSorted((a, b) => b.length - a.length);
  if (term === undefined) throw new NotUnderstood('Name the beginning of a name, or an e-mail address.');
  return async (page) => {
    const { rows, next } = await users.findByTerm(term, page);
    const fits = rows.filter((user) => terms.every((one) => user.terms.includes(one)));
    return { rows: fits, ...(next !== undefined && { next }) };
  };
}

const shownAs = (json: boolean) => ({
  header: ['USERNAME', 'STATE', 'E-MAIL', 'NAME', 'ID'],
  row: (user: Stored<User>) => [user.username, stateWord(user), user.email ?? '', user.profile.name ?? '', user.id],
  ...(json && { json: fieldsOf }),
});

function fieldsOf(user: User) {
  const { id, username, blocks, email, emailVerified, profile, attributes, createdAt } = user;
  return {
    ...{ id, username, state: stateOf(user) },
    ...(blocks.length > 0 && { blocks }),
    ...(email !== undefined && { email, emailVerified }),
    ...{ profile, attributes, createdAt: new Date(createdAt).toISOString() },
  };
}
