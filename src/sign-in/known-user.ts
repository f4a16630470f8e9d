import type { User } from '../identity/user.js';
import type { KnownUser } from './facts.js';
import { PASSWORD } from './levels.js';

/** A user, as far as the next step hangs on them. */
export const knownUser = ({ id, username, state, mustChangePassword }: User): KnownUser => ({
  id,
  username,
  state,
  secondFactor: 'closed',
  requiredLevel: PASSWORD,
  owes: mustChangePassword === true ? ['change-password'] : [],
});
