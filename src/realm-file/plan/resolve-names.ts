import type { NewAssignment } from '../../access/model/assign.js';
import type { NamedAssignment } from '../../access/model/assignment-input.js';
import { LIMITATIONS } from '../../access/limitations/limitations.js';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { AssignmentKind, Limitation } from '../../base/assignment.js';
import type { ProblemPath } from '../../base/problems/problem.js';
import type { WrittenFields } from '../read/read-realm-file.js';
import type { HolderEntry } from '../read/schema.js';

/** Resolves names of roles and groups in a file to ids. An unknown name stays as it is, and is refused where it is used. */
export interface ById {
  readonly role: (name: string) => string;
  readonly group: (name: string) => string;
}

export function byId(snapshot: Snapshot): ById {
  const { roles, groups } = compiled(snapshot).idsByName();
  return { role: (name) => roles.get(name) ?? name, group: (name) => groups.get(name) ?? name };
}

/** The assignments of a user, group or client in the file, each with its place in the entry. */
export function wantedAt(
  entry: HolderEntry,
  ids: ById,
): { readonly wanted: NewAssignment; readonly at: ProblemPath }[] {
  const terms = ({ name: _, limitations, ...rest }: NamedAssignment) => ({
    ...rest,
    limitations: limitationsOf(limitations, ids),
  });
  const { groups = [], customerGroup, roles, permissions } = entry;
  return [
    ...groups.map((given, i) => ({ wanted: { group: ids.group(given.name), ...terms(given) }, at: ['groups', i] })),
    ...[customerGroup ?? []].flat().map((given) => ({
      wanted: { customerGroup: ids.group(given.name), ...terms(given) },
      at: ['customerGroup'],
    })),
    ...roles.map((given, i) => ({ wanted: { role: ids.role(given.name), ...terms(given) }, at: ['roles', i] })),
    ...permissions.map(({ limitations, ...given }, i) => ({
      wanted: { ...given, limitations: limitationsOf(limitations, ids) },
      at: ['permissions', i],
    })),
  ];
}

const KINDS: Readonly<Record<string, AssignmentKind>> = {
  groups: 'membership',
  customerGroup: 'customer-group',
  roles: 'role',
  permissions: 'permission',
};
export const EVERY_KIND: ReadonlySet<AssignmentKind> = new Set(Object.values(KINDS));

/** The kinds of assignments that an entry mentions: an absent field leaves its kind alone. */
export const kindsNamed = (written: WrittenFields): ReadonlySet<AssignmentKind> =>
  new Set(Object.entries(KINDS).flatMap(([field, kind]) => (written[field] === undefined ? [] : kind)));

/** The fields of a role in the file, with ids instead of names. */
export function roleFields(fields: WrittenFields, ids: ById): WrittenFields {
  const { includes, excludes, policies } = fields as {
    readonly includes?: readonly string[];
    readonly excludes?: readonly string[];
    readonly policies?: readonly { readonly limitations?: readonly Limitation[] }[];
  };
  return {
    ...fields,
    ...(includes && { includes: includes.map(ids.role) }),
    ...(excludes && { excludes: excludes.map(ids.role) }),
    ...(policies && {
      policies: policies.map((policy) =>
        policy.limitations ? { ...policy, limitations: limitationsOf(policy.limitations, ids) } : policy,
      ),
    }),
  };
}

const limitationsOf = (limitations: readonly Limitation[], ids: ById): Limitation[] =>
  limitations.map(({ kind, values }) => ({
    kind,
    values: LIMITATIONS.get(kind)?.valuesName === 'group' ? values.map(ids.group) : values,
  }));
