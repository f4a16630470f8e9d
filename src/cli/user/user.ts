import { parseArgs } from 'node:util';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import type { User } from '../../identity/users/user.js';
import type { NewEmail } from '../../identity/identifiers/user-identifiers.js';
import { enableUser, type NewBlock, readDisable, readEnable } from './blocks.js';
import { createUser, type NewPerson } from './create-user.js';
import { eraseUser, type EraseUserCommand, readEraseUser } from './erase-user.js';
import { findUser } from '../arguments/find-user.js';
import { type LinksCommand, linksCommand, readLinksCommand } from './links.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { PasswordChoice } from '../arguments/password-input.js';
import type { Output } from '../output/output.js';
import { type MoveCommand, moveCommand, readMoveCommand } from './move-user.js';
import { resetSecondFactor } from './reset-second-factor.js';
import { setPassword } from './set-password.js';
import { showUser } from './show-user.js';
import { saved } from '../output/unwrap.js';
import { withParts } from '../with-parts.js';

const PLAIN = ['require-change', 'remove-email', 'unlock', 'sign-out', 'reset-second-factor', 'show'] as const;

export type UserCommand =
  | { readonly action: (typeof PLAIN)[number]; readonly name: string }
  | { readonly action: 'disable'; readonly name: string; readonly block: NewBlock }
  | { readonly action: 'enable'; readonly name: string; readonly all: boolean }
  | { readonly action: 'links'; readonly links: LinksCommand; readonly name: string }
  | { readonly action: 'move'; readonly move: MoveCommand; readonly name: string }
  | { readonly action: 'erase'; readonly person: EraseUserCommand }
  | { readonly action: 'set-password'; readonly name: string; readonly password: PasswordChoice }
  | { readonly action: 'set-email'; readonly name: string; readonly email: NewEmail }
  | { readonly action: 'create'; readonly person: NewPerson; readonly password: PasswordChoice };

/** @throws NotUnderstood */
export function readUserCommand([action, ...args]: readonly string[]): UserCommand {
  if (action === 'erase') return { action, person: readEraseUser(args) };
  if (action === 'disable') return { action, ...readDisable(args) };
  if (action === 'enable') return { action, ...readEnable(args) };
  if (action === 'links' || action === 'link' || action === 'unlink') {
    const links = readLinksCommand(action, args);
    return { action: 'links', links, name: links.name };
  }
  if (action === 'move') {
    const move = readMoveCommand(args);
    return { action, move, name: move.name };
  }
  if (action === 'set-email') return { action, ...readSetEmail(args) };
  const plain = PLAIN.find((known) => known === action);
  if (!plain && action !== 'create' && action !== 'set-password') throw new NotUnderstood();
  const { name, values } = argumentsOf(action ?? '', args);
  if (plain) return { action: plain, name };
  const password = { fromInput: values['password-stdin'] === true, permanent: values.permanent === true };
  if (action === 'set-password') return { action, name, password };
  const { email, role: roles = [], group: groups = [] } = values;
  const verified = values['email-verified'] === true;
  const person = {
    username: trimTyped(name),
    roles,
    groups,
    emailVerified: verified,
    ...(email !== undefined && { email: trimTyped(email) }),
    ...(values.name !== undefined && { name: values.name }),
    ...(values.id !== undefined && { id: values.id }),
  };
  return { action: 'create', person, password };
}

const PASSWORD_OPTIONS = { 'password-stdin': { type: 'boolean' }, permanent: { type: 'boolean' } } as const;
const PERSON_OPTIONS = {
  email: { type: 'string' },
  'email-verified': { type: 'boolean' },
  name: { type: 'string' },
  id: { type: 'string' },
  role: { type: 'string', multiple: true },
  group: { type: 'string', multiple: true },
} as const;

/** @throws NotUnderstood */
function readSetEmail(args: readonly string[]): { readonly name: string; readonly email: NewEmail } {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { verified: { type: 'boolean' } },
    });
    const [name, address, ...more] = positionals;
    if (name !== undefined && address !== undefined && more.length === 0) {
      return { name, email: { address: trimTyped(address), verified: values.verified === true } };
    }
  } catch {
    // The message below lists what is possible.
  }
  throw new NotUnderstood(
    'Name one person and an address: gatehouse user set-email NAME ADDRESS [--verified]. To take it away: gatehouse user remove-email NAME.',
  );
}

function argumentsOf(action: string, args: readonly string[]) {
  const usage = `gatehouse user ${action} NAME`;
  const allowed = new Set([
    ...(action === 'create' ? Object.keys(PERSON_OPTIONS) : []),
    ...(action === 'create' || action === 'set-password' ? Object.keys(PASSWORD_OPTIONS) : []),
  ]);
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...PERSON_OPTIONS, ...PASSWORD_OPTIONS },
    });
    const [name, ...more] = positionals;
    if (name !== undefined && more.length === 0 && Object.keys(values).every((key) => allowed.has(key))) {
      return { name, values };
    }
  } catch {
    // Reported in our words: the library's message would repeat a password typed here.
  }
  const options = [...allowed].map((option) => `--${option}`).join(', ');
  const known = options === '' ? 'takes no options' : `knows the options ${options}`;
  throw new NotUnderstood(`Name one person: ${usage}. That command ${known}; a password is never written there.`);
}

/** Manages a user as the host. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function userCommand(by: Actor, command: UserCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    if (command.action === 'create') {
      await createUser(parts, by, command, out);
      return;
    }
    if (command.action === 'erase') {
      await eraseUser(parts, by, command.person, out);
      return;
    }
    const user = await findUser(parts, command.name);
    const { username, id } = user;
    switch (command.action) {
      case 'show': {
        await showUser(parts, user, out);
        return;
      }
      case 'move':
        return moveCommand(parts, by, command.move, user, out);
      case 'links':
        return linksCommand(parts, by, command.links, user, out);
      case 'set-password': {
        await setPassword(parts, by, user, command.password, out);
        return;
      }
      case 'set-email': {
        const { address, verified } = command.email;
        await refuseElsewhere(parts, user, 'email');
        saved(await parts.identifiers.setEmail(by, id, command.email));
        out.line(
          `The e-mail address of ${username} is ${address}${verified ? ', and signs them in' : ', not verified'}.`,
        );
        return;
      }
      case 'remove-email':
        await refuseElsewhere(parts, user, 'email');
        saved(await parts.identifiers.setEmail(by, id, undefined));
        out.line(`${username} has no e-mail address.`);
        return;
      case 'require-change':
        saved(await parts.passwords.requireChange(by, id));
        out.line(`${username} chooses another password at the next sign-in.`);
        return;
      case 'disable':
        saved(await parts.users.update(by, id, { block: command.block }));
        out.line(`${username} is disabled: every session, grant and token of theirs has ended.`);
        return;
      case 'enable':
        out.line(await enableUser(parts, by, user, command.all));
        return;
      case 'sign-out':
        saved(await parts.users.signOutEverywhere(by, id));
        out.line(`${username} is signed out everywhere.`);
        return;
      case 'reset-second-factor':
        out.line(await resetSecondFactor(parts.secondFactors, by, user));
        return;
      case 'unlock': {
        const lifted = await parts.unlocking.unlock(by, user);
        out.line(
          lifted.length === 0
            ? `Nothing slowed down sign-ins of ${username}.`
            : `The failed sign-ins of ${username} are forgotten.`,
        );
        return;
      }
    }
  });
}

/** @throws GatehouseError `bad-configuration` if the field comes from the user's directory */
async function refuseElsewhere({ writeBack }: Pick<Parts, 'writeBack'>, user: User, field: string): Promise<void> {
  const fault = await writeBack.fieldFault(user, field);
  if (fault) saved(fault);
}
