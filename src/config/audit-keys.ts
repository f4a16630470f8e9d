import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GatehouseError } from '../base/errors.js';
import { bePrivate, entryOf, tooOpen } from './private-file.js';
import { writeOnce } from './write-once.js';

/** A secret that proves audit records: see `audit/audit-keys`. 32 bytes, in a file `<id>.audit-key` beside the sealing keys. */
export interface AuditSecret {
  readonly id: string;
  readonly secret: Buffer;
}

const SECRET_BYTES = 32;
const AUDIT_KEY_FILE = /^([A-Za-z0-9_-]{1,64})\.audit-key$/;
/** Every creator of a first key uses this name, so that one of several wins and the others use its key. */
const FIRST_KEY = '0001.audit-key';

export const isAuditKeyFile = (name: string): boolean => AUDIT_KEY_FILE.test(name);

/**
 * The audit keys of the folder, the one whose id sorts last by bytes first: it signs, and all of them verify. Empty if there is
 * none.
 * @throws GatehouseError `bad-configuration` for a file that is invalid
 */
export async function readAuditSecrets(folder: string): Promise<readonly AuditSecret[]> {
  const secrets: AuditSecret[] = [];
  for (const name of await readdir(folder)) {
    const id = AUDIT_KEY_FILE.exec(name)?.[1];
    const found = id === undefined ? undefined : entryOf(folder, name);
    // Another file, or removed since the folder was read.
    if (id === undefined || !found) continue;
    const at = join(folder, name);
    if (!found.stats.isFile()) throw wrong(at, 'must be a plain file');
    const open = tooOpen(found.stats);
    if (open) throw wrong(at, `must ${bePrivate(open)}`);
    if (found.stats.size !== SECRET_BYTES)
      throw wrong(at, `must be ${SECRET_BYTES} bytes long; it has ${found.stats.size}`);
    secrets.push({ id, secret: await readFile(found.path) });
  }
  return secrets.sort((a, b) => (a.id < b.id ? 1 : -1));
}

/**
 * Creates the folder's first audit key, unless there is one by now. Only for a store that names none, which the caller has
 * checked.
 * @throws GatehouseError `bad-configuration` if the folder accepts no file
 */
export async function makeFirstAuditSecret(folder: string): Promise<void> {
  try {
    await writeOnce(folder, FIRST_KEY, randomBytes(SECRET_BYTES));
  } catch (cause) {
    throw new GatehouseError(
      'bad-configuration',
      `GATEHOUSE_KEYS (${folder}) holds no audit key, and none can be written there. Add one yourself, the same on every host, ` +
        `beside the sealing key: \`head -c 32 /dev/urandom > ${FIRST_KEY}\`, mode 0600 (or an entry of the mounted secret).`,
      { cause },
    );
  }
}

const wrong = (at: string, what: string): GatehouseError =>
  new GatehouseError('bad-configuration', `GATEHOUSE_KEYS: ${at} ${what}.`);
