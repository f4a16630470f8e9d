import { parseArguments } from '../arguments/parse-arguments.js';
import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { User } from '../../identity/users/user.js';
import { type PasswordChoice, passwordFor } from '../arguments/password-input.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { checkSubject, knownConnector } from '../connector/open-connector.js';
import { isSubject } from '../connector/upstream-subject.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';

export type MoveCommand = { readonly name: string } & (
  | { readonly to: typeof PRIMARY_STORE; readonly password: PasswordChoice }
  | { readonly to: string; readonly password?: never; readonly subject?: string; readonly unchecked: boolean }
);

const OPTIONS = {
  to: { type: 'string' },
  subject: { type: 'string' },
  unchecked: { type: 'boolean' },
  'password-stdin': { type: 'boolean' },
  permanent: { type: 'boolean' },
} as const;

/** @throws NotUnderstood with the usage of the command */
export function readMoveCommand(args: readonly string[]): MoveCommand {
  const { positionals, values } = argumentsOf(args);
  const [name, ...more] = positionals;
  const { to, subject, unchecked, permanent, 'password-stdin': fromInput } = values;
  if (name === undefined || more.length > 0 || to === undefined) throw new NotUnderstood();
  if (to === PRIMARY_STORE) {
    if (subject !== undefined || unchecked !== undefined) throw new NotUnderstood();
    return { name, to, password: { fromInput: fromInput === true, permanent: permanent === true } };
  }
  if (fromInput !== undefined || permanent !== undefined) throw new NotUnderstood();
  if (subject !== undefined && !isSubject(subject)) throw new NotUnderstood();
  return { name, to, unchecked: unchecked === true, ...(subject !== undefined && { subject }) };
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** Moves a user to another userstore. @throws GatehouseError `bad-configuration` */
export async function moveCommand(
  { users, connectors }: Pick<Parts, 'users' | 'connectors'>,
  by: Actor,
  command: MoveCommand,
  { id, username }: User,
  out: Output,
): Promise<void> {
  if (command.password) {
    const password = await passwordFor(command.password);
    saved(await users.moveTo(by, id, PRIMARY_STORE, { password }));
    if (password.generated) out.line(`Password of ${username}: ${password.clear}`);
    const next = password.mustChange ? ', and chooses another password next' : '';
    out.line(`${username} lives in primary, is signed out everywhere${next}. Links stay.`);
    return;
  }
  const { to, unchecked } = command;
  const connector = await knownConnector(connectors, to);
  const subject = command.subject === undefined ? undefined : connectors.subjectText(connector, command.subject);
  if (subject !== undefined && !unchecked) await checkSubject(connectors, connector, subject);
  saved(await users.moveTo(by, id, to, { ...(subject !== undefined && { subject }) }));
  out.line(`${username} lives in ${to}, has no password here, and is signed out everywhere.`);
  if (!connector.enabled) out.line(`Connector ${to} is disabled: ${username} can't sign in until it is enabled.`);
}
