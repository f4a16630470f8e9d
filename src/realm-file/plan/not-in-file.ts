import { isDeepStrictEqual } from 'node:util';
import { ADMINISTRATOR } from '../../access/model/administrator.js';
import { EVERYONE } from '../../access/model/everyone.js';
import type { PlannedRealm } from '../../access/administration/preview.js';
import type { AssignmentSource, Assignment } from '../../base/assignment.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import { GATEHOUSE_API } from '../../realm/resource-servers/resource-server.js';
import type { CurrentRealm } from './current-realm.js';
import { assignmentSentence } from '../describe/describe-assignment.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Note, Thing } from './operation.js';
import type { RealmFileContent } from '../read/schema.js';

/**
 * Objects that the file does not name, except built-in ones and users, and assignments that others made to holders in the file.
 */
export function notInFile({
  content,
  source,
  current,
  planned,
  names,
}: {
  readonly content: RealmFileContent;
  readonly source: AssignmentSource;
  readonly current: CurrentRealm;
  readonly planned: PlannedRealm;
  readonly names: NamesShown;
}): readonly Note[] {
  const { snapshot } = planned;
  const builtIn = new Set([ADMINISTRATOR, EVERYONE, GATEHOUSE_API, ACCOUNT_CLIENT]);
  const unnamed = (thing: Thing, present: Iterable<string>, named: Iterable<string>): Note[] => {
    const known = new Set(named);
    return [...present].flatMap((name) => (known.has(name) || builtIn.has(name) ? [] : [{ thing, name }]));
  };
  const besides = (thing: Thing, name: string, assignments: readonly Assignment[]): Note[] =>
    assignments.flatMap((assignment) =>
      isDeepStrictEqual(assignment.source, source)
        ? []
        : [
            {
              thing,
              name,
              message: `has ${assignmentSentence(names.assignment(assignment))}, ${keeperOf(assignment)}.`,
            },
          ],
    );
  // Directories make mirrored groups; no file names them.
  const ownGroups = [...snapshot.groups.values()].filter(({ connector }) => connector === undefined);
  const groups = new Map([...snapshot.groups.values()].map((group) => [group.name, group]));
  return [
    ...unnamed(
      'resource-server',
      snapshot.resourceServers.keys(),
      content.resourceServers.map(({ identifier }) => identifier),
    ),
    ...unnamed('role', [...snapshot.roles.values()].map(nameOf), content.roles.map(nameOf)),
    ...unnamed('group', ownGroups.map(nameOf), content.groups.map(nameOf)),
    ...unnamed(
      'connector',
      current.connectors.all.keys(),
      content.connectors.map(({ id }) => id),
    ),
    ...unnamed(
      'client',
      current.clients.keys(),
      content.clients.map(({ id }) => id),
    ),
    ...content.groups.flatMap(({ name }) => besides('group', name, groups.get(name)?.assignments ?? [])),
    ...content.clients.flatMap(({ id }) =>
      besides('client', id, planned.clients.get(id) ?? current.clients.get(id)?.assignments ?? []),
    ),
    ...content.users.flatMap(({ username }) => {
      const user = current.users.get(username);
      return user ? besides('user', username, planned.users.get(user.id) ?? user.assignments) : [];
    }),
  ];
}

const nameOf = ({ name }: { readonly name: string }): string => name;

const keeperOf = ({ source, grantedBy }: Assignment): string =>
  source ? `kept by the ${source.kind === 'file' ? 'realm file' : 'connector'} ${source.id}` : `given by ${grantedBy}`;
