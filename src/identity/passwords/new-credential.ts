import { below } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import type { Credential } from './credential.js';
import { readImportedHash } from '../password-hashing/imported-hash.js';
import type { ImportedPassword, NewPassword } from '../users/new-user.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { passwordFault, type PasswordOwner } from './password-policy.js';

/**
 * Undefined if it can become the user's password. A generated password is not checked, and one that is known only by its hash
 * cannot be.
 */
export async function passwordRefusal(
  password: NewPassword | ImportedPassword,
  owner: PasswordOwner,
): Promise<Saved<never> | undefined> {
  if ('importedHash' in password) {
    const read = readImportedHash(password.importedHash);
    return read.kind === 'fault' ? invalid(below(['password'], read.fault)) : undefined;
  }
  if (password.generated) return undefined;
  const fault = await passwordFault(password.clear, owner);
  return fault && invalid(below(['password'], fault));
}

/** The stored form of a password that {@link passwordRefusal} accepts. @throws GatehouseError `overloaded` */
export async function newCredential(
  id: string,
  password: NewPassword | ImportedPassword,
  hasher: PasswordHasher,
): Promise<Credential> {
  if ('clear' in password) {
    const { clear, generated } = password;
    return { id, password: { ...(await hasher.hash(clear)), setAt: now(), generated } };
  }
  const adopted = await hasher.adopt(password.importedHash);
  if (!adopted) throw new GatehouseError('store-misuse', 'An imported hash was to be stored that is none.');
  return { id, password: { ...adopted, setAt: now(), generated: false } };
}
