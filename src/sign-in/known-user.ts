import { requiredLevelOf } from '../access/evaluation/required-level.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import { readsBehaviour, subjectOf } from '../access/evaluation/subject.js';
import { now } from '../base/clock.js';
import type { Behaviour } from '../identity/activity/activity.js';
import type { User } from '../identity/users/user.js';
import type { Settings } from '../realm/settings/settings.js';
import type { SettingsService } from '../realm/settings/settings-service.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { Authenticator } from './authenticators/authenticator.js';
import { availableTo, enrollableBy } from './authenticators/second-factors.js';
import type { KnownUser } from './flow/facts.js';

/** The fields of a user that the next step depends on. Makes no store call once caches are warm. */
export type KnowUser = (user: User) => Promise<KnownUser>;

export const knowUsers =
  ({
    snapshots,
    settings,
    behaviour,
    authenticators,
  }: {
    readonly snapshots: Pick<Snapshots, 'read'>;
    readonly settings: Pick<SettingsService, 'get'>;
    readonly behaviour: (userId: string) => Promise<Behaviour | undefined>;
    readonly authenticators: readonly Authenticator[];
  }): KnowUser =>
  async (user) => {
    const [snapshot, realm] = await Promise.all([snapshots.read(), settings.get()]);
    const { id, username, blocks, userstore, mustChangePassword } = user;
    const subject = subjectOf(user, snapshot, now(), readsBehaviour(snapshot) ? await behaviour(id) : undefined);
    return {
      id,
      username,
      blocks,
      userstore,
      signOutEpoch: signOutEpochOf(user),
      ...secondFactorOf(user, realm, authenticators),
      requiredLevel: requiredLevelOf(subject, now(), snapshot),
      owes: mustChangePassword === true ? ['change-password'] : [],
    };
  };

/** A user with a second factor never counts as one without, not even if no authenticator of theirs is left. */
function secondFactorOf(
  user: User,
  settings: Settings,
  authenticators: readonly Authenticator[],
): Pick<KnownUser, 'secondFactor' | 'available' | 'enrollable'> {
  const available = availableTo(user, settings, authenticators).map(({ method }) => method);
  if (user.secondFactorSince !== undefined) return { secondFactor: 'enrolled', available, enrollable: [] };
  const enrollable = enrollableBy(user, settings, authenticators).map(({ method }) => method);
  return { secondFactor: enrollable.length > 0 ? 'may-enrol' : 'closed', available, enrollable };
}
