import { parseArguments } from '../arguments/parse-arguments.js';
import type { AccessQuestion } from '../../access/administration/access-question.js';
import { type Holder, holdersOf } from '../../access/administration/holders.js';
import { LIMITATIONS } from '../../access/limitations/limitations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';
import type { Config } from '../../config/config.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { snapshotNames } from '../output/snapshot-names.js';
import { withParts } from '../with-parts.js';

/** Lists the holders of a role or permission, or the members of a group. */
export interface HoldersCommand {
  readonly of: 'role' | 'group' | 'segment' | 'permission';
  readonly name: string;
  /** Where the permission is declared. */
  readonly audience?: string;
  /** Also lists future and limited holders, and disabled users. */
  readonly all: boolean;
  readonly json: boolean;
}

const OPTIONS = { all: { type: 'boolean' }, json: { type: 'boolean' }, at: { type: 'string' } } as const;

/** @throws NotUnderstood */
export function readHoldersCommand(of: HoldersCommand['of'], args: readonly string[]): HoldersCommand {
  const { positionals, values } = parsed(args);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new NotUnderstood();
  if ((of === 'permission') !== (values.at !== undefined)) throw new NotUnderstood();
  return {
    of,
    name,
    all: values.all === true,
    json: values.json === true,
    ...(values.at !== undefined && { audience: values.at }),
  };
}

function parsed(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** The sections for those who do not hold it now, with their titles. */
const SECTIONS = [
  { title: 'Later:', counted: 'later', has: ({ who, when }: Holder) => when === 'later' && who.disabled !== true },
  {
    title: 'Under a limitation that does not hold here:',
    counted: 'under a limitation',
    has: ({ who, when }: Holder) => when === 'limited' && who.disabled !== true,
  },
  { title: 'Disabled:', counted: 'disabled', has: ({ who }: Holder) => who.disabled === true },
] as const;

/** Lists them one by one, however many there are. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function holdersCommand(command: HoldersCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const snapshot = await parts.snapshots.read();
    const question = questionOf(command, snapshot);
    const all = () => holdersOf(question, { snapshot, context: { at: now() } }, parts);
    const write = (holder: Holder): void => {
      out.line(command.json ? jsonOf(holder, snapshot) : lineOf(holder, question, snapshot));
    };
    let found = 0;
    const sections = SECTIONS.map((section) => ({ ...section, count: 0 }));
    for await (const holder of all()) {
      const section = sections.find(({ has }) => has(holder));
      if (section) section.count++;
      else found++;
      if (!section || (command.all && command.json)) write(holder);
    }
    if (command.json) return;
    if (found === 0) out.line('Nobody.');
    if (!command.all) {
      const counts = sections.flatMap(({ counted, count }) => (count > 0 ? `${count} ${counted}` : []));
      if (counts.length > 0) out.line(`Not listed: ${counts.join(', ')}. --all lists them.`);
      return;
    }
    for (const { title, has, count } of sections) {
      if (count === 0) continue;
      out.line('');
      out.line(title);
      // Read again instead of held in memory.
      for await (const holder of all()) if (has(holder)) write(holder);
    }
  });
}

function questionOf({ of, name, audience = '' }: HoldersCommand, snapshot: Snapshot): AccessQuestion {
  switch (of) {
    case 'role':
      return { kind: 'role', id: snapshotNames(snapshot).role(name) };
    case 'group':
    case 'segment':
      return { kind: 'group', id: snapshotNames(snapshot).group(name) };
    case 'permission': {
      const server = snapshot.resourceServers.get(audience);
      if (!server) throw notThere(`resource server ${audience}`, nearest(audience, snapshot.resourceServers.keys()));
      const names = server.permissions.map((permission) => permission.name);
      if (!names.includes(name)) throw notThere(`permission ${name} at ${audience}`, nearest(name, names));
      return { kind: 'permission', audience, permission: name };
    }
  }
}

const notThere = (thing: string, meant: string | undefined): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `There is no ${thing}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );

/** `ada (through group team)` */
function lineOf({ who, way, when }: Holder, question: AccessQuestion, snapshot: Snapshot): string {
  const groups = question.kind === 'group' ? way.groups.slice(0, -1) : way.groups;
  const isAsked = question.kind === 'role' && way.role === question.id;
  const through = [
    ...(groups.length > 0 ? [`group ${groups.map((id) => groupName(id, snapshot)).join(' > ')}`] : []),
    ...(way.role !== undefined && !isAsked ? [`role ${roleName(way.role, snapshot)}`] : []),
  ];
  const terms = [
    ...(way.everyone === true ? ['as everyone'] : through.length > 0 ? [`through ${through.join(', ')}`] : []),
    ...(when === 'later' ? [`from ${moment(way.validFrom ?? 0)}`] : []),
    ...(when === 'now'
      ? []
      : way.limitations.map(({ kind, values }) => LIMITATIONS.get(kind)?.describe(values) ?? kind)),
  ];
  const name = who.kind === 'client' ? `client ${who.id}` : who.name;
  return terms.length === 0 ? name : `${name} (${terms.join('; ')})`;
}

/** One line of JSON, with readable names. */
function jsonOf({ who, when, way }: Holder, snapshot: Snapshot): string {
  const { groups, role, everyone, rule, validFrom, validUntil, limitations } = way;
  const written = (at: number): string => new Date(at).toISOString();
  return JSON.stringify({
    kind: who.kind,
    id: who.id,
    name: who.name,
    ...(who.disabled === true && { disabled: true }),
    when,
    groups: groups.map((id) => groupName(id, snapshot)),
    ...(role !== undefined && { role: roleName(role, snapshot) }),
    ...(everyone === true && { everyone }),
    ...(rule === true && { rule }),
    ...(validFrom !== undefined && { validFrom: written(validFrom) }),
    ...(validUntil !== undefined && { validUntil: written(validUntil) }),
    limitations,
  });
}

const groupName = (id: string, { groups }: Snapshot): string => groups.get(id)?.name ?? id;
const roleName = (id: string, { roles }: Snapshot): string => roles.get(id)?.name ?? id;
