import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';

/**
 * The second factor of a user: every method that they enrolled, and their recovery codes. The id is the user's, whose own
 * document says that there is one (`secondFactorSince`) and by which methods. Read and changed by `stored-factors`.
 */
export type SecondFactor = {
  id: string;
  /** The secret from which an authenticator app computes its codes (TOTP), in base32. Absent: the user has other methods. */
  seed?: string;
  /** When TOTP was enrolled. */
  enrolledAt?: Instant;
  /** The step of the last accepted TOTP code: no code is valid twice (RFC 6238 5.2). */
  lastStep?: number;
  /** The hash of each remaining recovery code (see `recovery-codes`). */
  recoveryCodes: string[];
  recoveryCodesMadeAt: Instant;
  /** The methods besides TOTP. */
  others: OtherFactor[];
  /** Their secrets: a JSON list of pairs of method and secret. */
  otherSecrets?: string;
};

type OtherFactor = {
  method: string;
  enrolledAt: Instant;
  data: JsonObject;
};

export const secondFactors = spec<SecondFactor>()({
  name: 'secondFactors',
  scope: 'realm',
  version: 2,
  // TOTP keeps the fields of the version before, which reads them while an upgrade rolls out.
  migrations: { 2: (document: JsonObject) => ({ others: [], ...document }) },
  indexed: {},
  sealed: ['seed', 'otherSecrets'],
  unique: {},
  queries: {},
});
