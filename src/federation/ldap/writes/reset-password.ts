import { passwordReset } from '../active-directory/unicode-password.js';
import { changeOutcome } from '../change-password.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { readUser } from '../find-user.js';
import type { SetPasswordOf } from './set-password.js';

/** That the password must be changed at the next sign-in, if the policy heeds it (draft-behera-ldap-password-policy 5.3.6). */
const RESET = 'pwdReset';
const SUCCESS = 0;

/** The directory hashes the password and applies its policy. */
export const resetPassword: SetPasswordOf = async (parts, account, { next, mustChange }) => {
  if (parts.settings.subject.passwordOperation === 'unicodePwd') {
    const answer = await account.connection.modify(account.dn, passwordReset(next, mustChange));
    const written = changeOutcome(parts, answer);
    return written.kind === 'set' ? { kind: 'set', mustChange } : written;
  }
  const set = changeOutcome(parts, await account.connection.setPassword(account.dn, next));
  if (set.kind !== 'set') return set;
  // A mark of before may stand. Where the directory knows no such mark, the caller is told.
  return {
    kind: 'set',
    mustChange: (mustChange && (await markReset(parts, account))) || (await isReset(parts, account)),
  };
};

type Account = Parameters<SetPasswordOf>[1];

async function markReset(parts: DirectoryParts, { dn, connection }: Account): Promise<boolean> {
  const answer = await connection.modify(dn, [{ operation: 'replace', attribute: RESET, values: ['TRUE'] }]);
  if (answer.ok && answer.value.code === SUCCESS) return true;
  parts.report({
    reason: 'must-change-not-set',
    details: { cause: answer.ok ? `result-${answer.value.code}` : answer.failure.kind },
  });
  return false;
}

async function isReset(parts: DirectoryParts, { dn, search }: Account): Promise<boolean> {
  const found = await readUser(parts, dn, [RESET], search);
  return found.kind === 'found' && entryValues(found.entry, RESET).includes('TRUE');
}
