import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/** The password of a user, as a hash. The id is the user's. */
export type Credential = {
  id: string;
  password: {
    /** `imported`: made by another program, in its format (see `imported-hash`). */
    scheme: 'bcrypt' | 'argon2id' | 'imported';
    /** In the scheme's text form, over the peppered password (see `password-hash`). */
    hash: string;
    /** For a weak imported hash: the derivation of the digest that `hash` is computed over instead of the password. */
    inner?: string;
    setAt: Instant;
    /** Generated, and not yet replaced by the user's own choice. */
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
