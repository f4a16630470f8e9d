import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import type { SyncOutcome } from '../../federation/sync/runs/sync-report.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { knownConnector } from './open-connector.js';
import { syncJson, syncLines } from './sync-lines.js';

export interface SyncCommand {
  /** Of the connector. */
  readonly name: string;
  readonly full: boolean;
  readonly preview: boolean;
  readonly approve?: string;
  readonly json: boolean;
}

/** Longer than any hash. */
const LONGEST_HASH = 100;

/** @throws NotUnderstood */
export function readSyncCommand(args: readonly string[]): SyncCommand {
  const { positionals, values } = parseArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      full: { type: 'boolean' },
      preview: { type: 'boolean' },
      approve: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [name, ...more] = positionals;
  const { full = false, preview = false, json = false, approve } = values;
  if (name === undefined || more.length > 0 || (preview && approve !== undefined)) throw new NotUnderstood();
  if (approve !== undefined && (approve === '' || approve.length > LONGEST_HASH)) throw new NotUnderstood();
  return { name, full, preview, json, ...(approve !== undefined && { approve }) };
}

/**
 * Synchronizes a connector now, or shows what that would do. @returns how the run ended
 * @throws GatehouseError `bad-configuration`, StoreUnavailable
 */
export const syncCommand = (by: Actor, command: SyncCommand, config: Config, out: Output): Promise<SyncOutcome> =>
  withParts(config, (parts) => runSyncCommand(by, command, parts, out));

/** The command on an open installation; see {@link syncCommand}. */
export async function runSyncCommand(
  by: Actor,
  { name, full, preview, approve, json }: SyncCommand,
  { connectors, synchronization }: Pick<Parts, 'connectors' | 'synchronization'>,
  out: Output,
): Promise<SyncOutcome> {
  const connector = await knownConnector(connectors, name);
  const result = await synchronization.run(by, connector, {
    ...{ full, preview, isShown: true, signal: new AbortController().signal },
    ...(approve !== undefined && { approve }),
  });
  if (result.kind === 'refused') throw new GatehouseError('bad-configuration', refusalOf(connector.id, result.why));
  if (json) printJson(syncJson(result), out);
  else for (const line of syncLines(result)) out.line(line);
  return result.report.outcome;
}

function refusalOf(id: string, why: 'under-way' | 'disabled' | 'not-approvable'): string {
  switch (why) {
    case 'under-way':
      return `A synchronization of ${id} is under way. \`gatehouse connector history ${id}\` shows its report when it has ended.`;
    case 'disabled':
      return `Connector ${id} is disabled, so it is not synchronized: \`gatehouse connector enable ${id}\` enables it.`;
    case 'not-approvable':
      return `No changes of ${id} with this hash were shown within the last 24 hours. \`gatehouse connector sync ${id} --preview\` shows them.`;
  }
}
