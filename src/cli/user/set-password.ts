import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { type PasswordChoice, passwordFor } from '../arguments/password-input.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';

/** Sets a password here, or in the directory that keeps it. @throws GatehouseError `bad-configuration` */
export async function setPassword(
  { passwords, writeBack }: Pick<Parts, 'passwords' | 'writeBack'>,
  by: Actor,
  user: Stored<User>,
  choice: PasswordChoice,
  out: Output,
): Promise<void> {
  const { id, username, userstore } = user;
  const password = await passwordFor(choice);
  const { clear, generated, mustChange } = password;
  let isMarked = mustChange;
  if (userstore === PRIMARY_STORE) saved(await passwords.set(by, id, password, { signOut: true }));
  else isMarked = saved(await writeBack.resetPassword(by, user, { next: clear, mustChange: isMarked })).mustChange;
  if (generated) out.line(`Password of ${username}: ${clear}`);
  out.line(`${username} is signed out everywhere${isMarked ? ', and chooses another password next' : ''}.`);
  if (mustChange && !isMarked) out.line(`${userstore} does not ask for another password at the next sign-in.`);
}
