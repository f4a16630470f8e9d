/**
 * Errors that cross a module boundary. `code` is stable and is what callers switch on; `message` is a sentence for users that
 * says what happened and what to do.
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
  | 'bad-configuration' // a setting, key file or realm file that must be corrected before a start
  | 'store-unavailable' // the store does not answer; nothing is known to be written; retry later
  | 'store-misuse' // a bug of ours: a query, value or field that its spec does not allow
  | 'seal-broken' // a sealed value does not open: another key, or moved from where it was sealed
  | 'lease-lost' // background work continued past its lease; nothing more is written
  | 'chain-broken' // somebody changed the end of the audit chain; find out who, and mend it
  | 'copy-differs' // a copy of a store differs from its source: somebody changed one of them; stop that, and copy again
  | 'receiver-unavailable' // a receiver outside did not take what it was sent; retry later
  | 'overloaded'; // a bounded queue is full; retry later

/** Thrown by every operation of the storage port when the store cannot answer. */
export class StoreUnavailable extends GatehouseError {
  constructor(reason: string, options?: ErrorOptions) {
    super('store-unavailable', `The store does not answer: ${reason}.`, options);
  }
}
