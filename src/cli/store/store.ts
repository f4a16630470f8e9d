import { sentence } from '../../sentences/sentence.js';
import { backupTo, copyTo } from '../../app/whole-store.js';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config, Environment } from '../../config/config.js';
import { ADDRESS_FORM, readAddress, shownAddress, type StoreAddress } from '../../config/store-address.js';
import { secretSourceIn } from '../../realm-file/read/schema.js';
import { secretsAt } from '../../realm-file/secrets/secrets.js';
import type { Output } from '../output/output.js';

/** How often a long copy reports its progress. */
const EVERY = seconds(5);

/**
 * Copies the configured store, and prints what was copied, one line per kind, and what to do next.
 *
 * @throws GatehouseError `bad-configuration`, `copy-differs`, StoreUnavailable
 */
export async function storeCopy(to: StoreAddress, config: Config, out: Output): Promise<void> {
  let reportedAt = performance.now();
  const copied = await copyTo(to, config, ({ doing, kind, read }) => {
    if (performance.now() - reportedAt < EVERY) return;
    reportedAt = performance.now();
    out.line(doing === 'copying' ? `... ${read} documents read, now ${kind}` : `... comparing both, now ${kind}`);
  });
  const kinds = copied.kinds.map(({ kind, digest }) => ({
    kind,
    count: String(digest.count),
    hash: shownHash(digest.sum),
  }));
  const widest = (field: 'kind' | 'count'): number => Math.max(...kinds.map((each) => each[field].length));
  const [names, counts] = [widest('kind'), widest('count')];
  for (const { kind, count, hash } of kinds) out.line(`${kind.padEnd(names)}  ${count.padStart(counts)}  ${hash}`);
  for (const kind of copied.leftBehind)
    out.line(`${kind}: not copied, since this version of Gatehouse does not know it`);
  const all = kinds.reduce((sum, { count }) => sum + Number(count), 0);
  out.line(`${shownAddress(config.store)} and ${shownAddress(to)} hold the same ${all} documents, by count and hash.`);
  if (copied.resumed) out.line(`An earlier copy was there: ${copied.written} documents had still to be written.`);
  out.line('Now set GATEHOUSE_STORE to the new address, leave GATEHOUSE_KEYS as it is, and start Gatehouse.');
}

const shownHash = (sum: bigint): string => sum.toString(16).padStart(64, '0').slice(0, 12);

/** Writes the current state of the configured store to a new file. @throws GatehouseError `bad-configuration` */
export async function storeBackup(to: StoreAddress, config: Config, out: Output): Promise<void> {
  await backupTo(to, config);
  out.line(`${shownAddress(to)} holds ${shownAddress(config.store)} as it was just now.`);
  out.line(
    'Keep it apart from the folder GATEHOUSE_KEYS, and keep a copy of that too: without its keys it opens nothing.',
  );
}

/**
 * The address for `--to`.
 *
 * @param given an address, or where to find it, so that a password in it need not be on the command line
 * @throws GatehouseError `bad-configuration`
 */
export async function addressOf(given: string, config: Config, env: Environment): Promise<StoreAddress> {
  const address = readAddress(given.startsWith('${') ? await secretOf(given, config, env) : given);
  if (address) return address;
  throw new GatehouseError('bad-configuration', `--to must be ${ADDRESS_FORM}.`);
}

async function secretOf(given: string, { keysFolder }: Config, env: Environment): Promise<string> {
  const source = secretSourceIn(given);
  if (!source) {
    throw new GatehouseError(
      'bad-configuration',
      '--to names the address as ${file:NAME}, for the file NAME in the folder secrets of GATEHOUSE_KEYS, or as ${NAME}, for ' +
        'an environment variable (not one of GATEHOUSE_).',
    );
  }
  const found = await secretsAt(keysFolder, env).find(source);
  if (found.kind !== 'found') throw new GatehouseError('bad-configuration', `--to: ${sentence(found.fault, 'en')}`);
  return found.secret;
}
