import { LIMITATIONS } from '../../access/limitations/limitations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { snapshotNames } from '../output/snapshot-names.js';
import { columns } from '../output/table.js';
import { withParts } from '../with-parts.js';

export type LookCommand =
  | { readonly of: 'role'; readonly action: 'list' }
  | { readonly of: 'role'; readonly action: 'show'; readonly name: string }
  | { readonly of: 'group' | 'segment'; readonly action: 'list' };

/** @throws NotUnderstood */
export function readLookCommand(of: LookCommand['of'], [action, name, ...rest]: readonly string[]): LookCommand {
  if (rest.length === 0) {
    if (action === 'list' && name === undefined) return { of, action };
    if (of === 'role' && action === 'show' && name !== undefined) return { of, action, name };
  }
  throw new NotUnderstood();
}

/** Lists and shows roles and groups. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function lookCommand(command: LookCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const snapshot = await parts.snapshots.read();
    for (const line of linesOf(command, snapshot)) out.line(line);
  });
}

function linesOf(command: LookCommand, snapshot: Snapshot): string[] {
  switch (command.action) {
    case 'list':
      return { role: roleTable, group: groupTable, segment: segmentTable }[command.of](snapshot);
    case 'show':
      return roleLines(command.name, snapshot);
  }
}

const roleTable = ({ roles }: Snapshot): string[] =>
  columns([
    ['Role', 'Also', 'Counts', 'Policies', 'Description'],
    ...[...roles.values()].map(({ name, aliases = [], audience, policies, description = '' }) => [
      name,
      aliases.join(', '),
      audience === undefined
        ? 'everywhere'
        : 'client' in audience
          ? `in ${audience.client}`
          : `at ${audience.resourceServer}`,
      String(policies.length),
      description,
    ]),
  ]);

const segmentTable = ({ groups }: Snapshot): string[] =>
  columns([
    ['Segment', 'Of', 'Rule'],
    ...[...groups.values()].flatMap(({ name, type, segmentGroup = '', rule = '' }) =>
      type === 'segment' ? [[name, segmentGroup, rule]] : [],
    ),
  ]);

const groupTable = ({ groups }: Snapshot): string[] =>
  columns([
    ['Group', 'Kind', 'Within', 'Description'],
    ...[...groups.values()].map(({ name, type = 'group', segmentGroup, connector, assignments, description = '' }) => [
      name,
      connector !== undefined
        ? `mirrored by ${connector}`
        : segmentGroup === undefined
          ? type
          : `${type} of ${segmentGroup}`,
      assignments
        .flatMap(({ kind, target }) => (kind === 'membership' ? (groups.get(target)?.name ?? target) : []))
        .join(', '),
      description,
    ]),
  ]);

function roleLines(name: string, snapshot: Snapshot): string[] {
  const role = snapshot.roles.get(snapshotNames(snapshot).role(name));
  if (!role) throw new GatehouseError('bad-configuration', `There is no role ${name}.`);
  const named = (ids: readonly string[] = []): string => ids.map((id) => snapshot.roles.get(id)?.name ?? id).join(', ');
  const { aliases = [], includes, excludes, policies, description, requiredLevel } = role;
  return [
    `Role ${role.name}${description === undefined ? '' : `: ${description}`}`,
    ...(aliases.length > 0 ? [`Also called ${aliases.join(', ')}`] : []),
    ...(includes && includes.length > 0 ? [`Includes ${named(includes)}`] : []),
    ...(excludes && excludes.length > 0 ? [`Excludes ${named(excludes)}`] : []),
    ...(requiredLevel === undefined ? [] : [`Whoever holds it signs in at level ${requiredLevel}`]),
    ...policies.map(({ permission, resourceServer, limitations }) => {
      const narrowed = limitations.map(({ kind, values }) => LIMITATIONS.get(kind)?.describe(values) ?? kind);
      return `- ${[`${permission} at ${resourceServer}`, ...narrowed].join(', ')}`;
    }),
  ];
}
