import type { Instant } from '../base/clock.js';
import { spec } from '../storage/spec.js';

/** What a user proves to be who they are by. The id is the user's. */
export type Credential = {
  id: string;
  password: {
    scheme: 'bcrypt' | 'argon2id';
    /** In the scheme's own text form, over the peppered password (see `password-hash`). */
    hash: string;
    setAt: Instant;
    /** Generated for its owner, who has not chosen one yet. */
    generated: boolean;
  };
};

export const credentials = spec<Credential>()({
  name: 'credentials',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});
