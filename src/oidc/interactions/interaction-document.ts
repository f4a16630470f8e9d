import { hours, type Instant, now } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';

/** An authorization request that waits for a person. The id is the hash of its uid, which its cookie carries. */
export type InteractionDocument = {
  id: Hashed;
  payload: string;
  /** Whose request it is or was. Absent where a server of an earlier version wrote it. */
  clientId?: string;
  /**
   * When it ends, while it waits. From then on, or once it is `over`, only `clientId` is kept (see `tidyInteractionsJob`), to tell the person
   * where to start again.
   */
  endsAt?: Instant;
  over?: true;
  /** The attempt of its browser (see `sign-in/flow/attempt`), as JSON. */
  attempt?: string;
  /** The name that a person typed on a page of its own. It is sealed, because people type passwords there by mistake. */
  identifier?: string;
  /** The identity about which the person is asked (see `sign-in/flow/pending-identity`), as JSON. */
  pending?: string;
  /** The sign-ins elsewhere that its browser began, as JSON. */
  redirects?: string;
  /** How many began. */
  redirectsBegun?: number;
  expiresAt: Instant;
};

export const interactions = spec<InteractionDocument>()({
  name: 'interactions',
  scope: 'realm',
  version: 2,
  // The indexed fields changed.
  migrations: { 2: (interaction) => interaction },
  indexed: { endsAt: 'number' },
  hashed: ['id'],
  sealed: ['payload', 'attempt', 'identifier', 'pending', 'redirects'],
  unique: {},
  queries: { ended: { order: 'endsAt' } },
});

/** How long a person who comes back to a sign-in that has ended is told which application it was. */
export const REMEMBERED_FOR = hours(24);

/** The remainder of a finished interaction. */
export const overOf = ({ id, clientId }: InteractionDocument): InteractionDocument => ({
  id,
  payload: '{}',
  ...(clientId !== undefined && { clientId }),
  over: true,
  expiresAt: now() + REMEMBERED_FOR,
});

/** Whether it still waits. Pure but for the clock. */
export const isWaiting = ({ over, endsAt }: InteractionDocument): boolean =>
  over !== true && (endsAt === undefined || endsAt > now());
