import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export interface Entry {
  /** The resolved path. */
  readonly path: string;
  readonly stats: Stats;
}

/**
 * An entry of a folder of secrets. Follows a link only if a Kubernetes volume made it: into the volume's folder whose name
 * begins with `..`. Any other link is returned as a link.
 */
export function entryOf(folder: string, name: string): Entry | undefined {
  const path = join(folder, name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isSymbolicLink()) return stats && { path, stats };
  try {
    const target = realpathSync(path);
    const [first = ''] = relative(realpathSync(folder), target).split(sep);
    if (isVolumeFolder(first)) return { path: target, stats: statSync(target) };
  } catch {
    // It leads nowhere.
  }
  return { path, stats };
}

/** `..data` and `..2026_11_28_...`, in which a Kubernetes volume stores its files. */
export const isVolumeFolder = (name: string): boolean => name.startsWith('..') && name !== '..';

/** A file that somebody else may read. */
export interface ExposedFile {
  /** As `0644`. */
  readonly mode: string;
  /** The group that may read it, which is none of this process. */
  readonly group?: number;
}

/**
 * Whether others may read a file of secrets. 0440 and 0640 serve Kubernetes and Docker, which give a
 * secret to a group: the process must belong to it.
 */
export function tooOpen(
  { mode, gid }: Pick<Stats, 'mode' | 'gid'>,
  groups: readonly number[] = ownGroups(),
): ExposedFile | undefined {
  const bits = mode & 0o777;
  if (bits === 0o600 || bits === 0o400) return undefined;
  const shared = bits === 0o440 || bits === 0o640;
  if (shared && groups.includes(gid)) return undefined;
  return { mode: `0${bits.toString(8)}`, ...(shared && { group: gid }) };
}

/** The end of "FILE must ...". */
export const bePrivate = ({ mode, group }: ExposedFile): string =>
  'have mode 0600 or 0400, or 0440 for a group of this process, so that nobody else reads it; ' +
  `it has ${mode}${group === undefined ? '' : ` and group ${group}`}`;

const ownGroups = (): readonly number[] => [...(process.getgroups?.() ?? []), process.getegid?.() ?? -1];
