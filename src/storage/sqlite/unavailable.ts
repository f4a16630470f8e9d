import { GatehouseError, StoreUnavailable } from '../../base/errors.js';
import type { Failure } from './writer.js';

/** The location of a store. */
export interface StoreFile {
  readonly path: string;
  /** Its name in messages: the setting or option that names it. */
  readonly calledAs: string;
}

type FailureKind = 'full' | 'busy' | 'moved' | 'unwritable' | 'broken-disk' | 'damaged' | 'no-database';

// https://www.sqlite.org/rescode.html: an extended code keeps the primary one in its low byte.
const EXTENDED: Readonly<Record<number, FailureKind>> = {
  1032: 'moved', // READONLY_DBMOVED, which the writer thread reports itself
  4874: 'full', // IOERR_SHMSIZE: no room for the log's index, a file beside the store's
};
const PRIMARY: Readonly<Record<number, FailureKind>> = {
  5: 'busy',
  6: 'busy', // LOCKED
  8: 'unwritable', // READONLY
  10: 'broken-disk', // IOERR
  11: 'damaged', // CORRUPT
  13: 'full',
  14: 'unwritable', // CANTOPEN
  26: 'no-database', // NOTADB
};
const SYSTEM: Readonly<Record<string, FailureKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EIO: 'broken-disk',
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  EROFS: 'unwritable',
  ENOENT: 'unwritable', // what Node reports for a folder that it may not create
  ENOTDIR: 'unwritable',
  EEXIST: 'unwritable', // a file where a folder of its path should be
};

export function kindOf(error: unknown): FailureKind | undefined {
  const { errcode, code = '' } = error as Partial<Failure>;
  return errcode === undefined ? SYSTEM[code] : (EXTENDED[errcode] ?? PRIMARY[errcode & 0xff]);
}

export const isBusy = (error: unknown): boolean => kindOf(error) === 'busy';
export const isNoDatabase = (error: unknown): boolean => kindOf(error) === 'no-database';
export const isDamage = (error: unknown): boolean => kindOf(error) === 'damaged' || isNoDatabase(error);

/** The error of a failed operation, with a message for the operator. */
export function unavailable({ path, calledAs }: StoreFile, failure: Failure): StoreUnavailable {
  return new StoreUnavailable(reasonOf(`${calledAs} (${path})`, failure), { cause: failure });
}

function reasonOf(store: string, failure: Failure): string {
  switch (kindOf(failure)) {
    case 'full':
      return `the disk of ${store} is full; make room there: a server then goes on by itself, a command is to be run again`;
    case 'busy':
      return `another process holds ${store} for too long`;
    case 'moved':
      return `${store} was deleted or replaced while the server ran; put the same file back, or restart with what is there now`;
    case 'unwritable':
      return `${store} can't be written (${failure.message}); give this user the right to write the file and its folder`;
    case 'broken-disk':
      return `the disk of ${store} fails (${failure.message})`;
    case 'damaged':
    case 'no-database':
      return `${store} is damaged (${failure.message}); stop the server and put a backup in its place`;
    case undefined:
      return failure.message;
  }
}

/** Why the store could not be opened. Temporary errors are StoreUnavailable; the others need another setting. */
export function notOpened(file: StoreFile, error: unknown): unknown {
  if (error instanceof GatehouseError) return error;
  const kind = kindOf(error);
  if (kind === undefined) return error; // a bug of ours
  if (kind !== 'unwritable') return unavailable(file, error as Failure);
  return new GatehouseError(
    'bad-configuration',
    `${file.calledAs} points at ${file.path}, which can't be written (${(error as Failure).message}). Give this user the right ` +
      'to write the file and its folder, or name another file.',
    { cause: error },
  );
}
