import { type Instant, minutes, now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { GatehouseError } from '../../base/errors.js';
import { newSeed } from './totp.js';

/** A seed that a user is about to add to their app. It has no effect until a code of it confirms it. */
export interface Enrolment {
  readonly seed: string;
  /** The sealed seed that the form carries until then. An unfinished enrolment stores nothing. */
  readonly carried: string;
}

/** What the form is bound to: a seed that was begun for another user or elsewhere confirms nothing. */
export interface EnrolledAt {
  readonly userId: string;
  /** The interaction or session in which it was begun. */
  readonly within: string;
}

export interface Enrolments {
  begin(at: EnrolledAt): Enrolment;
  /** Restores the enrolment from its form; undefined if it belongs elsewhere or began too long ago. */
  read(at: EnrolledAt, carried: string): Enrolment | undefined;
}

/** Long enough to find and set up an app. */
const GOOD_FOR = minutes(30);

export function enrolments(realm: string, box: SecretBox): Enrolments {
  const place = ({ userId, within }: EnrolledAt) => ({
    realm,
    collection: 'enrolments',
    id: JSON.stringify([userId, within]),
    field: 'seed',
  });
  return {
    begin(at) {
      const seed = newSeed();
      return { seed, carried: box.seal(place(at), JSON.stringify([seed, now()])) };
    },
    read(at, carried) {
      const opened = open(() => box.open(place(at), carried));
      if (opened === undefined) return undefined;
      // The seal proves that we wrote it.
      const [seed, begun] = JSON.parse(opened) as [string, Instant];
      return now() - begun <= GOOD_FOR ? { seed, carried } : undefined;
    },
  };
}

/** The value comes from outside and may be forged. */
function open(sealed: () => string): string | undefined {
  try {
    return sealed();
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'seal-broken') return undefined;
    throw error;
  }
}
