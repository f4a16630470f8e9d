import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { skeletonOf } from './name-skeleton.js';

/** A name one can sign in by. One table for usernames and verified e-mails, so that no two people share one. */
export type Identifier = {
  id: string;
  /** The userstore; `primary` is ours. */
  store: string;
  /** Folded by `foldIdentifier`. */
  value: string;
  /** The look of the value: see `skeletonOf`. An index field. */
  skeleton: string;
  kind: 'username' | 'email';
  userId: string;
};

/** Names from before keep what they are, also beside one that looks like them. */
function withSkeleton(identifier: JsonObject): JsonObject {
  return { ...identifier, skeleton: skeletonOf(identifier['value'] as string) };
}

export const PRIMARY_STORE = 'primary';

export const identifiers = spec<Identifier>()({
  name: 'identifiers',
  scope: 'realm',
  version: 2,
  migrations: { 2: withSkeleton },
  indexed: { store: 'string', value: 'string', skeleton: 'string', userId: 'string' },
  unique: { value: ['store', 'value'] },
  queries: { byUser: { equal: ['userId'] }, bySkeleton: { equal: ['store', 'skeleton'] } },
});
