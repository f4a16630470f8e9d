import type { LimitationKind } from '../limitation.js';
import { client } from './client.js';
import { owner } from './owner.js';

/**
 * Every kind of limitation there is, by its name. A kind of your own is a file beside these and a line here; one that is not here
 * holds for nobody.
 */
export const LIMITATIONS: ReadonlyMap<string, LimitationKind> = new Map(
  [client, owner].map((kind): [string, LimitationKind] => [kind.kind, kind]),
);
