import { parseArguments } from '../arguments/parse-arguments.js';
import { auditRecords } from '../../audit/audit-record.js';
import { auditLinks } from '../../audit/chain/audit-link.js';
import { pages } from '../../base/paging.js';
import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { asJson } from './list.js';

export interface ExportCommand {
  /** The sequence number of the last record that the reader has; 0 for none. */
  readonly after: number;
  /** Personal parts stay sealed, so that the digests can be computed from the lines. */
  readonly sealed: boolean;
}

/** @throws NotUnderstood */
export function readExportCommand(args: readonly string[]): ExportCommand {
  const { after = '0', sealed = false } = parsed(args);
  if (!/^\d{1,15}$/.test(after))
    throw new NotUnderstood('--after takes the `sequence` of the last line that you have.');
  return { after: Number(after), sealed };
}

function parsed(args: readonly string[]) {
  return parseArguments({ args: [...args], options: { after: { type: 'string' }, sealed: { type: 'boolean' } } })
    .values;
}

const BATCH = 500;

/**
 * Prints the chain in its order, one JSON object a line: the link, and the record unless retention removed it.
 * @throws GatehouseError `bad-configuration`, StoreUnavailable
 */
export async function exportCommand({ after, sealed }: ExportCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async ({ realm, audit }) => {
    const links = realm.of(auditLinks);
    const from = { sequence: { gt: after } };
    for await (const batch of pages((page) => links.find('bySequence', from, page), { limit: BATCH })) {
      const stored = await realm.of(auditRecords).getMany(batch.map(({ id }) => id));
      const records = sealed ? [...stored.values()] : await audit.open([...stored.values()]);
      const byId = new Map<string, object>(records.map((record) => [record.id, asJson(record)]));
      for (const { version: _version, ...link } of batch) {
        const record = byId.get(link.id);
        out.line(JSON.stringify({ ...link, ...(record && { record }) }));
      }
    }
  });
}
