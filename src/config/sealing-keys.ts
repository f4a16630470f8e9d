import { randomBytes } from 'node:crypto';
import { readFileSync, type Stats } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GatehouseError } from '../base/errors.js';
import type { SealingKey } from '../base/crypto/secret-box.js';
import { isAuditKeyFile } from './audit-keys.js';
import { bePrivate, entryOf, isVolumeFolder, tooOpen } from './private-file.js';
import { isUnfinished, writeOnce } from './write-once.js';

/** The keys for {@link secretBox}: the one that seals, then the others that only open. */
export type SealingKeys = readonly [SealingKey, ...SealingKey[]];

/** The only permitted folder among the keys: secrets that a realm file names. */
export const SECRETS_FOLDER = 'secrets';

const KEY_BYTES = 32;
const KEY_FILE = /^([A-Za-z0-9_-]{1,64})\.key$/;
/** Every creator of a first key uses this name, so that one of several wins and the others use its key. */
const FIRST_KEY = '0001.key';

/**
 * The sealing keys of a folder; the one whose id sorts last by bytes comes first and seals a new store. An existing store names
 * its own sealing key (see `storage/sealing/key-check`). All of them open.
 *
 * @throws GatehouseError `bad-configuration` if there is none, or anything in the folder is invalid
 */
export async function readSealingKeys(folder: string): Promise<SealingKeys> {
  const [last, ...others] = (await readAll(folder)).toReversed();
  if (last) return [last, ...others];
  throw new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_KEYS (${folder}) must hold the sealing key of the store, as <key id>.key: put it there, or run ` +
      '`gatehouse bootstrap` to make one for a new store.',
  );
}

/** Whether the folder contains a sealing key; a missing folder contains none. @throws as {@link readSealingKeys} */
export const hasSealingKey = async (folder: string): Promise<boolean> => (await readAll(folder)).length > 0;

/**
 * Creates the folder's first sealing key, unless there is one by now. Concurrent callers and processes all find the same key
 * afterwards. Only for a new store, which the caller has checked.
 */
export async function makeFirstSealingKey(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await hasSealingKey(folder)) return;
  await writeOnce(folder, FIRST_KEY, randomBytes(KEY_BYTES));
}

/**
 * A key that was added to the folder later. Reads synchronously, because the caller is about to open a value.
 * @throws GatehouseError `bad-configuration` as {@link readSealingKeys}, for this file alone
 */
export function findSealingKey(folder: string, id: string): SealingKey | undefined {
  const at = join(folder, `${id}.key`);
  if (!KEY_FILE.test(`${id}.key`)) return undefined;
  const found = entryOf(folder, `${id}.key`);
  if (!found) return undefined;
  checkFile(at, found.stats);
  return { id, key: readFileSync(found.path) };
}

/** Creates another sealing key, whose id sorts after the existing ones. Nothing is sealed under it yet. Returns its id. */
export async function makeNextSealingKey(folder: string): Promise<string> {
  for (;;) {
    const last = (await readAll(folder)).at(-1)?.id ?? '0000';
    const counted = /^\d+$/.test(last) ? String(Number(last) + 1).padStart(last.length, '0') : '';
    const id = counted > last ? counted : `${last}-2`;
    if (await writeOnce(folder, `${id}.key`, randomBytes(KEY_BYTES))) return id;
  }
}

/** Sorted by id. */
async function readAll(folder: string): Promise<SealingKey[]> {
  const keys: SealingKey[] = [];
  for (const name of await namesIn(folder)) {
    if (isUnfinished(name) || isVolumeFolder(name) || isAuditKeyFile(name)) continue;
    const at = join(folder, name);
    const found = entryOf(folder, name);
    // Removed since the folder was read.
    if (!found) continue;
    if (name === SECRETS_FOLDER && found.stats.isDirectory()) continue;
    const id = KEY_FILE.exec(name)?.[1];
    if (id === undefined)
      throw wrong(at, 'is no key: the folder holds files named <key id>.key or <key id>.audit-key and nothing else');
    checkFile(at, found.stats);
    keys.push({ id, key: await readFile(found.path) });
  }
  return keys.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function checkFile(at: string, found: Stats): void {
  if (!found.isFile()) throw wrong(at, 'must be a plain file');
  const open = tooOpen(found);
  if (open) throw wrong(at, `must ${bePrivate(open)}`);
  if (found.size !== KEY_BYTES) throw wrong(at, `must be ${KEY_BYTES} bytes long; it has ${found.size}`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new GatehouseError('bad-configuration', `GATEHOUSE_KEYS (${folder}) must be a folder that can be read.`, {
      cause,
    });
  }
}

const wrong = (at: string, what: string): GatehouseError =>
  new GatehouseError('bad-configuration', `GATEHOUSE_KEYS: ${at} ${what}.`);
