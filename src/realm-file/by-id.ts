import type { Wanted } from '../access/assign.js';
import type { Given } from '../access/edge-input.js';
import { LIMITATIONS } from '../access/limitations/limitations.js';
import type { Snapshot } from '../access/snapshot.js';
import type { Limitation } from '../base/edge.js';
import type { Path } from './problem.js';
import type { Fields } from './read-realm-file.js';
import type { HolderEntry } from './schema.js';

/** A file names roles and groups; what is stored holds their ids. A name that is nobody's stays as it is, and is refused where it arrives. */
export interface ById {
  readonly role: (name: string) => string;
  readonly group: (name: string) => string;
}

export function byId({ roles, groups }: Snapshot): ById {
  const roleIds = new Map([...roles.values()].flatMap(({ id, aliases = [] }) => aliases.map((alias) => [alias, id])));
  for (const { id, name } of roles.values()) roleIds.set(name, id);
  const groupIds = new Map([...groups.values()].map(({ id, name }) => [name, id]));
  return { role: (name) => roleIds.get(name) ?? name, group: (name) => groupIds.get(name) ?? name };
}

/** What a user, group or client is to be given. */
export const wantedOf = (entry: HolderEntry, ids: ById): Wanted[] => wantedAt(entry, ids).map(({ wanted }) => wanted);

/** The same, each with its place within the entry. */
export function wantedAt(entry: HolderEntry, ids: ById): { readonly wanted: Wanted; readonly at: Path }[] {
  const terms = ({ name: _, limitations, ...rest }: Given) => ({
    ...rest,
    limitations: limitationsOf(limitations, ids),
  });
  return [
    ...(entry.groups ?? []).map((given, i) => ({
      wanted: { group: ids.group(given.name), ...terms(given) },
      at: ['groups', i],
    })),
    ...(entry.customerGroup
      ? [
          {
            wanted: { customerGroup: ids.group(entry.customerGroup.name), ...terms(entry.customerGroup) },
            at: ['customerGroup'],
          },
        ]
      : []),
    ...entry.roles.map((given, i) => ({ wanted: { role: ids.role(given.name), ...terms(given) }, at: ['roles', i] })),
    ...entry.permissions.map(({ limitations, ...given }, i) => ({
      wanted: { ...given, limitations: limitationsOf(limitations, ids) },
      at: ['permissions', i],
    })),
  ];
}

/** The fields of a role as the file writes them, with ids where it has names. */
export function roleFields(fields: Fields, ids: ById): Fields {
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
