import type { LookupOutcome } from '../contract/connector-kind.js';
import type { DirectoryParts } from './directory-parts.js';
import { accountBar } from './entry-claims.js';
import { reportFault } from './faults.js';
import { findSubject } from './find-user.js';
import type { DirectoryFinding } from './sign-in.js';
import { userAttributes, userIdentity } from './user-identity.js';

/**
 * Reads a user again by the id that never changes, as the service account. Data that could not be read is a fault here: nobody must take it
 * for data that the directory no longer has.
 */
export async function lookUp(parts: DirectoryParts, subject: string): Promise<DirectoryFinding<LookupOutcome>> {
  const found = await findSubject(parts, subject, userAttributes(parts));
  if (found.kind === 'none') return { kind: 'unknown' };
  if (found.kind === 'fault') return found;
  const bar = accountBar(found.entry, parts.settings.subject);
  if (bar) return { kind: bar };
  const { identity, missing } = await userIdentity(parts, subject, found.entry);
  if (missing && identity.groups === undefined && parts.settings.subject.groups.from !== 'none')
    return { kind: 'fault', fault: missing };
  if (missing) reportFault(parts.report, missing);
  return { kind: 'found', identity };
}
