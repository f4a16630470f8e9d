import type { PasswordReset, PasswordResetOutcome } from '../../contract/upstream-writer.js';
import type { Dn } from '../../../base/text/distinguished-name.js';
import type { SearchAs } from '../connection/directory.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { failureFault } from '../faults.js';
import { findSubject } from '../find-user.js';
import type { DirectoryFinding } from '../sign-in.js';
import { idAttributes } from '../user-identity.js';

/** Sets the password of an entry as the service account, in the way of one kind of directory. */
export type SetPasswordOf = (
  parts: DirectoryParts,
  account: { readonly dn: Dn; readonly connection: LdapConnection; readonly search: SearchAs },
  reset: PasswordReset,
) => Promise<DirectoryFinding<PasswordResetOutcome>>;

/** Sets the password of the user with this id, for an administrator. */
export async function setPassword(
  parts: DirectoryParts,
  subject: string,
  reset: PasswordReset,
  setPasswordOf: SetPasswordOf,
): Promise<DirectoryFinding<PasswordResetOutcome>> {
  if (parts.service?.kind !== 'bind')
    return { kind: 'fault', fault: { kind: 'misconfigured', reason: 'no-service-account' } };
  const answer = await parts.directory.asService(
    async (connection, search): Promise<DirectoryFinding<PasswordResetOutcome>> => {
      const found = await findSubject(parts, subject, idAttributes(parts), search);
      if (found.kind === 'none') return { kind: 'unknown' };
      if (found.kind === 'fault') return found;
      return setPasswordOf(parts, { dn: found.dn, connection, search }, reset);
    },
  );
  return answer.ok ? answer.value : { kind: 'fault', fault: failureFault(answer.failure) };
}
