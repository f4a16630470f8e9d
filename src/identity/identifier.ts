import { spec } from '../storage/spec.js';

/** A name one can sign in by. One table for usernames and verified e-mails, so that no two people share one. */
export type Identifier = {
  id: string;
  /** The userstore; `primary` is ours. */
  store: string;
  /** Folded by `foldIdentifier`. */
  value: string;
  kind: 'username' | 'email';
  userId: string;
};

export const PRIMARY_STORE = 'primary';

export const identifiers = spec<Identifier>()({
  name: 'identifiers',
  scope: 'realm',
  version: 1,
  indexed: { store: 'string', value: 'string', userId: 'string' },
  unique: { value: ['store', 'value'] },
  queries: { byUser: { equal: ['userId'] } },
});
