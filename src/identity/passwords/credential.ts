import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/** The password of a user, as a hash. The id is the user's. */
export type Credential = {
  id: string;
  password: {
    /** `imported`: another program's, as it wrote it (see `imported-hash`). */
    scheme: 'bcrypt' | 'argon2id' | 'imported';
    /** In the scheme's own text form, over the peppered password (see `password-hash`). */
    hash: string;
    /** For a weak imported hash: how the digest is derived that `hash` is over, in the place of the password. */
    inner?: string;
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
