import { GatehouseError } from '../base/errors.js';

/** A bug of ours, found before it reaches an engine. */
export const misuse = (what: string): GatehouseError => new GatehouseError('store-misuse', what);
