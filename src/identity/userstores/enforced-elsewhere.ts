import { foldTyped } from '../identifiers/normalize-identifier.js';
import type { User } from '../users/user.js';
import type { EnforcedDomain, PasswordConnector } from './password-connector.js';

/** A userstore, as far as it is the only way in for the people of some domains. */
export type EnforcingConnector = Pick<PasswordConnector, 'id' | 'enforces'>;

/**
 * Those that are enabled, also the ones that this process cannot open: whoever has to sign in there waits for it. Makes no store call once
 * warm.
 */
export type Enforcers = () => Promise<readonly EnforcingConnector[]>;

/**
 * Whether another connector enforces the domain of this user's address: a username that is one, or the verified address. Then no
 * other password signs the user in, unless the username is excepted. Pure.
 */
export function isEnforcedElsewhere(
  { username, email, emailVerified }: Pick<User, 'username' | 'email' | 'emailVerified'>,
  connector: Pick<PasswordConnector, 'id'>,
  enforcers: readonly EnforcingConnector[],
): boolean {
  const folded = [username, ...(emailVerified && email !== undefined ? [email] : [])].map((name) => foldTyped(name));
  const names = folded.flatMap((name) => (name.ok ? name.value : []));
  const [own] = names;
  const domains = names.flatMap((name) => name.split('@')[1] ?? []);
  return enforcers
    .filter(({ id }) => id !== connector.id)
    .flatMap(({ enforces = [] }) => enforces)
    .some((domain) => domains.includes(domain.name) && !isExcepted(domain, own));
}

/** All but the one for which a person proves that a user is theirs: it has confirmed the person already. */
export async function enforcersBut(
  enforcers: Enforcers,
  provesFor: string | undefined,
): Promise<readonly EnforcingConnector[]> {
  const all = await enforcers();
  return provesFor === undefined ? all : all.filter(({ id }) => id !== provesFor);
}

/** Whether a name is one of those that may go on by another way. @param name folded */
export const isExcepted = ({ except }: Pick<EnforcedDomain, 'except'>, name: string | undefined): boolean =>
  except.some((one) => isSameName(one, name));

function isSameName(written: string, folded: string | undefined): boolean {
  const name = foldTyped(written);
  return name.ok && name.value === folded;
}
