import { hours, type Instant, now } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { namesOf, type Proof, upstreamOf, type UpstreamProof } from '../../sessions/proof.js';
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
  /** The sign-ins elsewhere with which it waits or was answered, and their names in a message about a sign-out there. */
  upstreams?: UpstreamProof[];
  upstreamNames?: Hashed[];
  expiresAt: Instant;
};

export const interactions = spec<InteractionDocument>()({
  name: 'interactions',
  scope: 'realm',
  version: 3,
  // The indexed fields changed, twice.
  migrations: { 2: (interaction) => interaction, 3: (interaction) => interaction },
  indexed: { endsAt: 'number', upstreamNames: 'strings' },
  hashed: ['id'],
  sealed: ['payload', 'attempt', 'identifier', 'pending', 'redirects'],
  unique: {},
  queries: { ended: { order: 'endsAt' }, byUpstreamName: { contains: 'upstreamNames', order: 'endsAt' } },
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

/** The fields by which a sign-out elsewhere finds an interaction with these proofs. */
export function upstreamFields(proofs: readonly Proof[]): Pick<InteractionDocument, 'upstreams' | 'upstreamNames'> {
  const upstreams = proofs.flatMap((proof) => upstreamOf(proof) ?? []);
  return upstreams.length === 0 ? {} : { upstreams, upstreamNames: [...new Set(upstreams.flatMap(namesOf))] };
}
