/**
 * The errors that cross a part's border. `code` is stable and is what a caller switches on; `message` is a sentence for a
 * person: what happened, and what to do.
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type ErrorCode =
  | 'bad-configuration' // a setting, key file or realm file that must be mended before anything starts
  | 'store-unavailable' // the store does not answer; nothing is known to be written; try again later
  | 'store-misuse' // a bug of ours: a query, value or field that its spec does not allow
  | 'seal-broken' // a sealed value does not open: another key, or moved from where it was sealed
  | 'lease-lost' // background work went on past its lease; nothing of it is written any more
  | 'copy-differs' // a copy of a store is not like it: somebody changed one of them; stop that, and copy again
  | 'overloaded'; // a bounded queue is full; try again after a while

/** Thrown by every operation of the storage port when the store cannot answer. */
export class StoreUnavailable extends GatehouseError {
  constructor(reason: string, options?: ErrorOptions) {
    super('store-unavailable', `The store does not answer: ${reason}.`, options);
  }
}
