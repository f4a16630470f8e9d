import { parseArguments } from '../arguments/parse-arguments.js';
import type { ChainEnd } from '../../audit/chain/chain-head.js';
import { checkpointOf, parseCheckpoint } from '../../audit/chain/checkpoint.js';
import { type Verification, verifyTrail } from '../../audit/chain/verify-trail.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config } from '../../config/config.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { describeFinding } from './describe-finding.js';

export interface VerifyCommand {
  readonly since?: ChainEnd;
  /** Prints only the checkpoint of what was verified. */
  readonly onlyCheckpoint: boolean;
}

/** @throws NotUnderstood */
export function readVerifyCommand(args: readonly string[]): VerifyCommand {
  const { since: text, checkpoint = false } = parsed(args);
  if (text === undefined) return { onlyCheckpoint: checkpoint };
  const since = parseCheckpoint(text);
  if (!since)
    throw new NotUnderstood('A checkpoint is SEQUENCE.HASH, as the log and `gatehouse audit verify` print it.');
  return { since, onlyCheckpoint: checkpoint };
}

function parsed(args: readonly string[]): { readonly since?: string | undefined; readonly checkpoint?: boolean } {
  return parseArguments({ args: [...args], options: { since: { type: 'string' }, checkpoint: { type: 'boolean' } } })
    .values;
}

/**
 * Verifies the audit trail; false if something is wrong with it. @throws GatehouseError `bad-configuration`, StoreUnavailable
 */
export async function verifyCommand(command: VerifyCommand, config: Config, out: Output): Promise<boolean> {
  const verification = await withParts(config, (parts) =>
    verifyTrail(parts, {
      since: command.since,
      onProgress: (links) => out.progress?.(`${links} links verified`),
    }),
  );
  const { findings, end } = verification;
  if (command.onlyCheckpoint && findings.count === 0) {
    if (end.sequence === 0) throw new GatehouseError('bad-configuration', 'The audit chain has no link yet.');
    out.line(checkpointOf(end));
    return true;
  }
  for (const line of summaryOf(verification)) out.line(line);
  return findings.count === 0;
}

function* summaryOf({ links, removed, end, records, pending, unprovable, findings }: Verification): Generator<string> {
  for (const finding of findings.first) yield `WRONG: ${describeFinding(finding)}`;
  const unlisted = findings.count - findings.first.length;
  if (unlisted > 0) yield `WRONG: ${unlisted} more like these.`;
  yield `Verified ${links} links and ${records} records: ${findings.count === 0 ? 'nothing is wrong' : `${findings.count} findings`}.`;
  if (removed > 0) yield `Retention removed ${removed} of their records.`;
  if (unprovable > 0)
    yield `${unprovable} records of an earlier version are older than the chain. Nothing proves them.`;
  if (pending.since !== undefined)
    yield `${pending.count} records are not in the chain yet, the oldest since ${moment(pending.since)}.`;
  if (end.sequence > 0) yield `Checkpoint: ${checkpointOf(end)}`;
}
