import type { Actor } from '../../changes/actor.js';
import type { Saved } from '../../changes/change-result.js';
import type { IdentityLink } from '../../identity/links/identity-link.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';

/** How a person stands at an upstream, by our data. Locked counts as active: anybody can lock an account by guessing. */
export type LinkStanding = 'active' | 'gone' | 'disabled' | 'expired';

/** A person of one connector, as read. */
export interface LinkedPerson {
  /** The id of the connector of the link. The user may live in another userstore. */
  readonly connector: string;
  readonly user: Stored<User>;
  readonly link: Stored<IdentityLink>;
}

/**
 * Ends what a person has here once the upstream says so, and gives it back. Each function changes one person, and writes nothing if the
 * person stands like that already. The answer is the user as stored now. Every commit is recorded as done by `by`.
 */
export interface Leaving {
  /** What an earlier run or sign-in has written. Pure, no store call: a synchronization asks it of everybody. */
  standingOf(person: LinkedPerson): LinkStanding;
  /** At home: the quarantine block, which ends sessions and refresh. At a store that is only a link: the link is suspended. */
  gone(by: Actor, person: LinkedPerson): Promise<Saved<Stored<User>>>;
  /** Lifts what {@link gone} set, and the directory's own block: the person is there again, and active. */
  returned(by: Actor, person: LinkedPerson): Promise<Saved<Stored<User>>>;
  /** At home: the directory's block; otherwise, the link is suspended. A quarantine ends: the upstream has the person. */
  disabled(by: Actor, person: LinkedPerson, reason: 'disabled' | 'expired'): Promise<Saved<Stored<User>>>;
  /** Lifts what {@link disabled} set, and never what an administrator set. */
  enabled(by: Actor, person: LinkedPerson): Promise<Saved<Stored<User>>>;
}
