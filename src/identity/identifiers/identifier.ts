import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { skeletonOf } from './name-skeleton.js';

/** A name for signing in. Usernames and verified e-mail addresses share one collection, so that no two users share one. */
export type Identifier = {
  id: string;
  /** The userstore; `primary` is Gatehouse itself. */
  store: string;
  /** Normalized by `foldIdentifier`. */
  value: string;
  /** The skeleton of the value for lookalike checks (see `skeletonOf`). An index field. */
  skeleton: string;
  kind: 'username' | 'email';
  userId: string;
};

/** Existing names stay valid, even beside a lookalike. */
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
