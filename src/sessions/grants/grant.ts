import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { epochBefore, type SignOutEpoch } from '../sign-out-epoch.js';

/** The access that a user granted a client, in one session. One write to it invalidates its tokens. */
export type Grant = {
  id: string;
  userId: string;
  clientId: string;
  /** When that client was created: one created anew under the same id is another. Absent in older grants. */
  clientMade?: Instant;
  /** The session that it belongs to; a later session never reuses it. */
  sessionUid?: string;
  startedAt: Instant;
  /** Copied from its session. */
  signOutEpoch: SignOutEpoch;
  revokedAt?: Instant;
  /**
   * The person signed out then at the upstream by which they had signed in here. What that confirmed before no longer counts for a refresh.
   */
  confirmedAfter?: Instant;
  payload: string;
  /** Not before its longest-lived token expires. */
  expiresAt: Instant;
};

export const grants = spec<Grant>()({
  name: 'grants',
  scope: 'realm',
  revalidated: true,
  version: 3,
  migrations: {
    // The same shape; only the index by client is new.
    2: (grant) => grant,
    3: (grant: JsonObject) => ({ signOutEpoch: epochBefore(Number(grant['startedAt'])), ...grant }),
  },
  indexed: { userId: 'string', clientId: 'string', startedAt: 'number' },
  sealed: ['payload'],
  audited: ['userId', 'clientId', 'startedAt', 'revokedAt'],
  unique: {},
  queries: {
    byUser: { equal: ['userId'], order: 'startedAt' },
    byUserAndClient: { equal: ['userId', 'clientId'], order: 'startedAt' },
  },
});
