import { mongo } from 'mongoose';
import { GatehouseError, StoreUnavailable } from '../../../base/errors.js';

/** Server codes: BSONObjectTooLarge 10334, BSONObjExceedsMaxSize 17419/17420 after an update, and the driver's own refusals. */
const TOO_LARGE = new Set([10334, 17419, 17420]);
const DUPLICATE_KEY = 11000;
export const UNAUTHORIZED = 13;

/** The error as other modules may see it: never the driver's own, and never with credentials. */
export function translated(error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  if (isTooLarge(error)) {
    return new GatehouseError('store-misuse', 'A document is larger than MongoDB can keep (16 MB).', { cause: error });
  }
  if (isFull(error)) {
    return new StoreUnavailable(
      'the disk of its MongoDB is full; make room there, and start it again where it has ended',
      {
        cause: error,
      },
    );
  }
  // For many inserts, the error that affects all of them is nested.
  const { name = 'Error' } = (
    error instanceof mongo.MongoBulkWriteError && reasons[error.errorResponse['name'] as string]
      ? error.errorResponse
      : error
  ) as { name?: string };
  const code = error instanceof mongo.MongoServerError ? ` ${String(error.codeName ?? error.code)}` : '';
  const refused = isUnauthorized(error) ? LACKS_RIGHTS : 'MongoDB refused';
  return new StoreUnavailable(`${reasons[name] ?? refused} (${name}${code})`, { cause: error });
}

const LACKS_RIGHTS = 'MongoDB does not let this user do that; give it the role readWrite on the database';

const reasons: Readonly<Record<string, string>> = {
  MongoServerSelectionError: 'no MongoDB primary can be reached',
  MongoWaitQueueTimeoutError: 'all its connections are busy',
  MongoNetworkError: 'the connection to MongoDB broke',
  MongoNetworkTimeoutError: 'the connection to MongoDB broke',
  MongoPoolClearedError: 'the connection to MongoDB broke',
  MongoNotConnectedError: 'it is closed',
  MongoClientClosedError: 'it is closed',
};

function isTooLarge(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (error instanceof mongo.MongoServerError) return TOO_LARGE.has(Number(code));
  // The driver finds it before anything is sent: its buffer, or a message, is too small.
  return code === 'ERR_OUT_OF_RANGE' || /larger than the maximum size/i.test(message ?? '');
}

/** OutOfDiskSpace 14031; the storage engine's own error arrives as an UnknownError. Also for one insert among many. */
export function isFull(error: unknown): boolean {
  const { code, message, errmsg } = error as { code?: unknown; message?: string; errmsg?: string };
  return code === 14031 || /No space left on device/.test(`${message ?? ''} ${errmsg ?? ''}`);
}

export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;

export const isUnauthorized = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === UNAUTHORIZED;

/** Nothing was written, and a retry may succeed: another transaction conflicted, or the primary changed. */
export const isTransient = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError');

/** It is unknown whether it was committed; committing again is safe. */
export const isUnknownCommit = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
