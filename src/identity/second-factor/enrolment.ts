import { type Instant, minutes, now } from '../../base/clock.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { GatehouseError } from '../../base/errors.js';
import { TOTP_METHOD } from './second-factor-method.js';

/** A secret that a user is about to add to their app or device. It has no effect until a code of it confirms it. */
export interface Enrolment {
  readonly secret: string;
  /** The sealed secret that the form carries until then. An unfinished enrolment stores nothing. */
  readonly carried: string;
}

/** Binds an enrolment form to its user, place and method. A secret from another of these confirms nothing. */
export interface EnrolledAt {
  readonly userId: string;
  /** The interaction or session in which it was begun. */
  readonly within: string;
  readonly method: string;
}

export interface Enrolments {
  begin(at: EnrolledAt, secret: string): Enrolment;
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
    begin: (at, secret) => ({ secret, carried: box.seal(place(at), JSON.stringify([secret, now(), at.method])) }),
    read(at, carried) {
      const opened = open(() => box.open(place(at), carried));
      if (opened === undefined) return undefined;
      // The seal proves that we wrote it. A form from before there were other methods names none.
      const [secret, begun, method = TOTP_METHOD] = JSON.parse(opened) as [string, Instant, string?];
      return method === at.method && now() - begun <= GOOD_FOR ? { secret, carried } : undefined;
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
