import { type Instant, minutes, now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { GatehouseError } from '../../base/errors.js';
import { newSeed } from './totp.js';

/** A seed that a person is about to put into their app. It counts for nothing before a code of it was shown. */
export interface Enrolment {
  readonly seed: string;
  /** The seed, sealed, as the form carries it until then: nothing of an unfinished enrolment lies in the store. */
  readonly carried: string;
}

/** Whose form it is: a seed that was begun for one person or in one place confirms nothing elsewhere. */
export interface EnrolledAt {
  readonly userId: string;
  /** The interaction or session in which it was begun. */
  readonly within: string;
}

export interface Enrolments {
  begin(at: EnrolledAt): Enrolment;
  /** The same one again, from what its form carried; undefined where it is not of here or began too long ago. */
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
