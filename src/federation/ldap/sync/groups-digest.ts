import { createHash } from 'node:crypto';
import { isWithin, parseDn } from '../../../base/text/distinguished-name.js';
import type { DedicatedConnection } from '../connection/directory.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { allOf, anyOf, isPresent } from '../names/filters.js';
import { changeMark, MARK_ATTRIBUTES } from './change-mark.js';
import { everyEntry } from './every-entry.js';

/**
 * Another text after each change of any group: a member, a name, a new group, and one that is gone. Undefined: it cannot be known.
 *
 * Membership is a change of the group's entry and not of the person's, and nobody can tell who was removed from a group.
 */
export async function groupsDigest(
  parts: DirectoryParts,
  connection: DedicatedConnection | undefined,
): Promise<string | undefined> {
  if (!connection) return 'none';
  const { groups } = parts.settings.subject;
  const bases =
    groups.from === 'search' ? [groups.base ?? parts.settings.subject.base] : await contexts(parts, connection);
  const filter =
    groups.from === 'search' ? allOf(parts.groupFilter, isPresent(groups.member)) : anyOf(MEMBERS.map(isPresent));
  const states: string[] = [];
  let isWhole = bases.length > 0;
  for (const base of bases) {
    const request = { base, scope: 'sub', filter, attributes: MARK_ATTRIBUTES } as const;
    const read = await everyEntry(connection, request, (entry) => {
      const mark = changeMark(entry);
      isWhole &&= mark !== undefined;
      states.push(JSON.stringify([entry.dn, mark]));
    });
    isWhole &&= read === 'all';
  }
  return isWhole ? createHash('sha256').update(states.sort().join('\n')).digest('base64url') : undefined;
}

const MEMBERS = ['member', 'uniqueMember', 'memberUid'];

/** The suffixes that hold people: a memberOf may name a group anywhere there. */
async function contexts({ bases }: DirectoryParts, connection: DedicatedConnection): Promise<readonly string[]> {
  const filter = isPresent('objectClass');
  const answer = await connection.search({ base: '', scope: 'base', filter, attributes: ['namingContexts'] });
  if (!answer.ok || answer.value.code !== 0) return [];
  return answer.value.entries
    .flatMap((entry) => entryValues(entry, 'namingContexts'))
    .filter((text) => {
      const context = parseDn(text);
      return context && bases.some((base) => isWithin(base, context));
    });
}
