/** The files of the repository, ignored ones left out, and the folders that they are in. */
import { execFileSync } from 'node:child_process';
import { join, posix } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '');

/** The folder of a file or folder, and the folders around it. */
export function foldersOf(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
