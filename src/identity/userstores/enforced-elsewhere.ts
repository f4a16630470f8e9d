import { foldTyped } from '../identifiers/normalize-identifier.js';
import type { User } from '../users/user.js';
import type { EnforcedDomain, PasswordConnector } from './password-connector.js';

/**
 * Whether another connector enforces the domain of this user's address: a username that is one, or the verified address. Then no
 * other password signs the user in, unless the username is excepted. Pure.
 */
export function isEnforcedElsewhere(
  { username, email, emailVerified }: Pick<User, 'username' | 'email' | 'emailVerified'>,
  connector: Pick<PasswordConnector, 'id'>,
  chain: readonly Pick<PasswordConnector, 'id' | 'enforces'>[],
): boolean {
  const folded = [username, ...(emailVerified && email !== undefined ? [email] : [])].map((name) => foldTyped(name));
  const names = folded.flatMap((name) => (name.ok ? name.value : []));
  const [own] = names;
  const domains = names.flatMap((name) => name.split('@')[1] ?? []);
  return chain
    .filter(({ id }) => id !== connector.id)
    .flatMap(({ enforces = [] }) => enforces)
    .some((domain) => domains.includes(domain.name) && !isExcepted(domain, own));
}

/** Whether a name is one of those that may go on by another way. @param name folded */
export const isExcepted = ({ except }: Pick<EnforcedDomain, 'except'>, name: string | undefined): boolean =>
  except.some((one) => isSameName(one, name));

function isSameName(written: string, folded: string | undefined): boolean {
  const name = foldTyped(written);
  return name.ok && name.value === folded;
}
