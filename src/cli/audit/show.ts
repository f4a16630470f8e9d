import { parseArguments } from '../arguments/parse-arguments.js';
import { auditRecords } from '../../audit/audit-record.js';
import { auditLinks } from '../../audit/chain/audit-link.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { asJson } from './list.js';
import { recordLines } from './record-lines.js';
import { recordNames } from './record-names.js';

export interface ShowCommand {
  readonly id: string;
  readonly json: boolean;
}

/** @throws NotUnderstood */
export function readShowCommand(args: readonly string[]): ShowCommand {
  const { positionals, values } = parsed(args);
  const [id, ...more] = positionals;
  if (id === undefined || id === '' || more.length > 0) throw new NotUnderstood();
  return { id, json: values.json === true };
}

function parsed(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' } } });
}

/** Prints all of one record. @throws GatehouseError `bad-configuration` if there is none, StoreUnavailable */
export async function showCommand({ id, json }: ShowCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const { realm } = parts;
    const [record, link] = await Promise.all([realm.of(auditRecords).get(id), realm.of(auditLinks).get(id)]);
    if (!record) {
      const removed = link ? ` Its body was removed; its place in the chain is ${link.sequence}.` : '';
      throw new GatehouseError('bad-configuration', `There is no audit record ${id}.${removed}`);
    }
    const [opened] = await parts.audit.open([record]);
    if (!opened) return;
    if (json) {
      printJson({ ...asJson(opened), ...(link && { sequence: link.sequence }) }, out);
      return;
    }
    const names = await recordNames(parts, [opened]);
    for (const line of recordLines(opened, names, link?.sequence)) out.line(line);
  });
}
