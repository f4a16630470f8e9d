import { parseArguments } from '../arguments/parse-arguments.js';
import { nearest } from '../../base/text/nearest-word.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { permissionRenaming } from '../../realm/resource-servers/rename-permission.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';
import { withParts } from '../with-parts.js';
import { resourceServer as kind, unknown } from './kinds.js';
import { printJson } from './output.js';

export interface RenamePermissionCommand {
  readonly identifier: string;
  readonly from: string;
  readonly to: string;
  readonly json: boolean;
}

/** @throws NotUnderstood with the usage of the command */
export function readRenamePermission(args: readonly string[]): RenamePermissionCommand {
  const { positionals, values } = argumentsOf(args);
  const [identifier, from, to, ...more] = positionals;
  if (!identifier || !from || !to || more.length > 0) throw new NotUnderstood();
  return { identifier, from, to, json: values.json === true };
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' } } });
}

/** Renames a permission and all references to it. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function renamePermissionCommand(
  by: Actor,
  { identifier, from, to, json }: RenamePermissionCommand,
  config: Config,
  out: Output,
): Promise<void> {
  await withParts(config, async (parts) => {
    const snapshot = await parts.snapshots.read();
    const server = (await kind.find(parts, identifier)) ?? unknown(kind.label, identifier, snapshot);
    const names = server.permissions.map(({ name }) => name);
    if (!names.includes(from)) {
      const meant = nearest(from, names);
      throw refusal(`${identifier} has no permission ${from}${meant ? `; did you mean ${meant}?` : '.'}`);
    }
    if (names.includes(to)) throw refusal(`${identifier} has a permission ${to} already.`);
    const patch = permissionRenaming(server, from, to);
    const how = { renamed: new Map([[from, to]]) };
    const after = saved(await parts.resourceServers.update(by, identifier, patch, server.version, how));
    if (json) printJson(kind.fieldsOf(after, snapshot), out);
    else out.line(`Permission ${from} of ${identifier} renamed to ${to}.`);
  });
}

const refusal = (message: string): GatehouseError => new GatehouseError('bad-configuration', message);
