import { problem, type Problem } from '../../base/problems/problem.js';
import { constants } from 'node:fs';
import { mkdir, open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { newSecret } from '../../base/crypto/ids.js';
import { SECRETS_FOLDER } from '../../config/sealing-keys.js';
import { entryOf, tooOpen } from '../../config/private-file.js';
import { writeOnce } from '../../config/write-once.js';
import type { SecretFileFault } from '../realm-file-problems.js';
import type { SecretSource } from '../read/schema.js';

export type FoundSecret =
  | { readonly kind: 'found'; readonly secret: string }
  | { readonly kind: 'missing'; readonly fault: Problem }
  | { readonly kind: 'wrong'; readonly fault: Problem };

/** The secrets in a realm file: from the environment, and from the folder `secrets` beside the keys. */
export interface Secrets {
  find(source: SecretSource): Promise<FoundSecret>;
  /** The secret in this file, created (256 random bits) if there is none; of two concurrent creators one wins. */
  makeFile(name: string): Promise<FoundSecret>;
}

/** A longer one is a mistake. */
const MOST_BYTES = 4096;

export function secretsAt(keysFolder: string, env: Readonly<Record<string, string | undefined>>): Secrets {
  const folder = join(keysFolder, SECRETS_FOLDER);

  async function readFile(name: string): Promise<FoundSecret> {
    const at = join(folder, name);
    const wrong = (fault: SecretFileFault): FoundSecret => ({
      kind: 'wrong',
      fault: problem('secret-file', [], { file: at, fault }),
    });
    try {
      // Names contain no slash, so only links could lead out of the folder, and only those of a volume are followed.
      const inside = entryOf(keysFolder, SECRETS_FOLDER)?.path ?? folder;
      if ((await realpath(folder)) !== (await realpath(dirname(inside)).then((up) => join(up, basename(inside))))) {
        return wrong({ is: 'outside' });
      }
      const file = await open(
        entryOf(inside, name)?.path ?? at,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      try {
        const found = await file.stat();
        if (!found.isFile()) return wrong({ is: 'not-plain' });
        const exposed = tooOpen(found);
        if (exposed) return wrong({ is: 'exposed', exposed });
        if (found.size > MOST_BYTES) return wrong({ is: 'too-long', most: MOST_BYTES });
        const secret = (await file.readFile('utf8')).replace(/\r?\n$/, '');
        return secret === '' ? wrong({ is: 'empty' }) : { kind: 'found', secret };
      } finally {
        await file.close();
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { kind: 'missing', fault: problem('secret-file-missing', [], { file: at }) };
      return wrong(code === 'ELOOP' ? { is: 'link' } : { is: 'unreadable', code: code ?? 'unknown error' });
    }
  }

  return {
    async find({ kind, name }) {
      if (kind === 'file') return readFile(name);
      const secret = env[name];
      return secret === undefined || secret === ''
        ? { kind: 'missing', fault: problem('secret-variable-unset', [], { variable: name }) }
        : { kind: 'found', secret };
    },
    async makeFile(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Without a newline: many applications use the whole file as the secret.
      await writeOnce(folder, name, newSecret());
      return readFile(name);
    },
  };
}
