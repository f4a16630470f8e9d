import { below } from '../../base/problems/problem.js';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import { resourceServerInput, type ResourceServerInput } from '../../realm/resource-servers/resource-server-input.js';
import type { ResourceServers } from '../../realm/resource-servers/resource-server-service.js';
import type { Stored } from '../../storage/spec.js';
import { knownFields } from '../read/known-fields.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Operation } from './operation.js';
import { overlay } from './planned-fields.js';
import type { FileProblem } from '../read/problem.js';
import type { WrittenFields, RealmFile } from '../read/read-realm-file.js';
import { unmade } from './built-ins.js';

const FIELDS = knownFields(resourceServerInput, []);

/**
 * The planned resource servers. New permissions come first, so that they can be assigned. Removed permissions and new
 * implications come last, once nothing refers to them.
 */
export function planResourceServers(
  { content, written, locate }: RealmFile,
  current: ResourceServers,
  names: NamesShown,
) {
  const problems: FileProblem[] = [];
  const [first, last]: [Operation[], Operation[]] = [[], []];
  const planned = new Map(current);
  for (const [entry, parsed] of content.resourceServers.entries()) {
    const { identifier } = parsed;
    const before = current.get(identifier);
    const wanted = wantedResourceServer(before, written.resourceServers?.[entry]);
    if (!wanted.ok) problems.push(...wanted.problems.map((one) => locate(below(['resourceServers', entry], one))));
    const { id, createdAt, since, version } = before ?? unmade();
    // If it is invalid as a whole, its written form is used, so that references to it are not reported too.
    const after = { id, createdAt, since, version, ...((wanted.ok ? wanted.value : undefined) ?? parsed) };
    planned.set(identifier, after);
    if (!before) {
      first.push({ thing: 'resource-server', name: identifier, step: 'create', entry, changes: [{ what: 'created' }] });
      continue;
    }
    const declared = { ...before, ...declaredFirst(before, after) };
    const [comes, goes] = [names.fields(before, declared, FIELDS), names.fields(declared, after, FIELDS)];
    const common = { thing: 'resource-server', name: identifier, entry } as const;
    if (comes.length > 0) first.push({ ...common, step: 'declare', changes: comes });
    if (goes.length > 0) last.push({ ...common, step: 'complete', changes: goes });
  }
  return { planned, problems, first, last };
}

/** The planned resource server, or its fault as a whole. */
export function wantedResourceServer(before: ResourceServer | undefined, written: WrittenFields = {}) {
  const { permissions } = written as { readonly permissions?: readonly WrittenFields[] };
  const fields = permissions && {
    permissions: permissions.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([field]) => field !== 'renamedFrom')),
    ),
  };
  return overlay(resourceServerInput, before, { ...written, ...fields });
}

/**
 * The planned resource server, with removed permissions still declared, and without new implications. Those come last, once
 * users no longer hold what is taken from them.
 */
export function declaredFirst(
  before: Pick<Stored<ResourceServer>, 'permissions' | 'implications'>,
  after: ResourceServerInput,
): ResourceServerInput {
  const names = new Set(after.permissions.map(({ name }) => name));
  const going = before.permissions.filter(({ name }) => !names.has(name));
  const implied = new Map(before.permissions.map(({ name, implies }) => [name, new Set(implies)]));
  const rules = before.implications ?? [];
  const stays = (permission: string, one: string): boolean =>
    rules.some((rule) => rule.permission === permission && rule.implies.includes(one));
  const { implications, ...rest } = after;
  const keptImplications = implications
    ?.map(({ permission, implies }) => ({ permission, implies: implies.filter((one) => stays(permission, one)) }))
    .filter(({ implies }) => implies.length > 0);
  return {
    ...rest,
    permissions: [
      ...after.permissions.map((one) => ({
        ...one,
        implies: one.implies.filter((other) => implied.get(one.name)?.has(other) === true),
      })),
      ...going.map((one) => ({ ...one, implies: [] })),
    ],
    ...(keptImplications && (keptImplications.length > 0 || before.implications) && { implications: keptImplications }),
  };
}
