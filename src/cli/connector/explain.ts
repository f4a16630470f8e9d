import { readFile, stat } from 'node:fs/promises';
import type { Parts } from '../../app/parts.js';
import { blocksAt } from '../../base/block.js';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { readInput } from '../../base/problems/read-input.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import type { LookupOutcome, UpstreamConnector } from '../../federation/contract/connector-kind.js';
import { identityInput } from '../../federation/mapping/identity-input.js';
import { explainSignIn } from '../../federation/provisioning/explain-sign-in.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { placedSentence } from '../../sentences/sentence.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { type Explained, explainedJson, explainedLines } from './explain-lines.js';
import { testJson, testLines } from './test-lines.js';
import { withDirectory } from './open-connector.js';

export interface ExplainCommand {
  readonly action: 'explain';
  /** Of the connector. */
  readonly name: string;
  /** A user there, or a file with a report of one. */
  readonly of: { readonly user: string } | { readonly file: string };
}

const ASK_BY_FILE = 'Give what it would report in a file: --file FILE.';

/**
 * Shows what the sign-in of a user would do, and writes nothing.
 *
 * @returns false if there is no such user, or if the sign-in would be refused
 */
export async function explainConnector(
  connector: ConnectorView,
  { of, json }: ExplainCommand & { readonly json: boolean },
  parts: Pick<Parts, 'connectors' | 'planner' | 'snapshots'>,
  out: Output,
): Promise<boolean> {
  const read =
    'file' in of
      ? ({ identity: await writtenIdentity(of.file) } as const)
      : await withDirectory(parts.connectors, connector, ASK_BY_FILE, async (opened, events) => {
          const steps = await opened.test(of.user);
          const sample = steps.find(({ identity }) => identity)?.identity;
          if (sample) return readAgain(opened, sample);
          if (json) printJson(testJson(steps, events), out);
          else {
            out.line(`The user ${of.user} could not be read:`);
            for (const line of testLines(steps, events)) out.line(line);
          }
          return undefined;
        });
  if (!read) return false;
  const { identity } = read;
  const bar = 'bar' in read ? read.bar : undefined;
  const explained: Explained = {
    connector,
    identity,
    ...(bar !== undefined && { bar }),
    ...(await explainSignIn(parts.planner, connector, identity)),
    snapshot: await parts.snapshots.read(),
  };
  if (json) printJson(explainedJson(explained), out);
  else for (const line of explainedLines(explained)) out.line(line);
  const { plan, update } = explained;
  const isBlocked = update !== undefined && blocksAt(update, now()).length > 0;
  return connector.enabled && bar === undefined && plan.kind !== 'refused' && !isBlocked;
}

/** With what a look-up says of the account. */
async function readAgain(
  opened: UpstreamConnector,
  sample: UpstreamIdentity,
): Promise<{ readonly identity: UpstreamIdentity; readonly bar?: Exclude<LookupOutcome['kind'], 'found'> }> {
  const found = await opened.lookup(sample.subject);
  switch (found.kind) {
    case 'found':
      return { identity: found.identity };
    case 'locked':
    case 'disabled':
    case 'expired':
      return { identity: sample, bar: found.kind };
    case 'unknown':
    case 'unavailable':
    case 'upstream-error':
    case 'misconfigured':
      // Something of the user can't be read. A sign-in goes on with the rest.
      return { identity: sample };
  }
}

/** Of a file that somebody wrote, in bytes. */
const LARGEST = 1_000_000;

async function writtenIdentity(file: string): Promise<UpstreamIdentity> {
  const read = readInput(identityInput, await jsonOf(file));
  if (read.ok) return read.value;
  const faults = read.problems.map((fault) => `- ${placedSentence(fault, 'en')}`);
  throw new GatehouseError('bad-configuration', [`${file} is no report of a user:`, ...faults].join('\n'));
}

async function jsonOf(file: string): Promise<unknown> {
  const refuse = (why: string): never => {
    throw new GatehouseError('bad-configuration', `${file} ${why}`);
  };
  const { size } = await stat(file).catch(() => refuse('cannot be read.'));
  if (size > LARGEST) refuse(`has more than ${LARGEST} bytes.`);
  const text = await readFile(file, 'utf8').catch(() => refuse('cannot be read.'));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse('is not JSON.');
  }
}
