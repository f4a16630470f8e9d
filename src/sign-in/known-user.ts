import { requiredLevelOf } from '../access/evaluation/required-level.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import { readsBehaviour, subjectOf } from '../access/evaluation/subject.js';
import { now } from '../base/clock.js';
import type { Behaviour } from '../identity/activity/activity.js';
import type { User } from '../identity/users/user.js';
import type { Settings } from '../realm/settings/settings.js';
import type { SettingsService } from '../realm/settings/settings-service.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { KnownUser, SecondFactorState } from './flow/facts.js';

/** A user, as far as the next step hangs on them. Asks the store for nothing, once its caches are warm. */
export type KnowUser = (user: User) => Promise<KnownUser>;

export const knowUsers =
  ({
    snapshots,
    settings,
    behaviour,
  }: {
    readonly snapshots: Pick<Snapshots, 'read'>;
    readonly settings: Pick<SettingsService, 'get'>;
    readonly behaviour: (userId: string) => Promise<Behaviour | undefined>;
  }): KnowUser =>
  async (user) => {
    const [snapshot, { secondFactor }] = await Promise.all([snapshots.read(), settings.get()]);
    const { id, username, state, mustChangePassword } = user;
    const subject = subjectOf(user, snapshot, now(), readsBehaviour(snapshot) ? await behaviour(id) : undefined);
    return {
      id,
      username,
      state,
      signOutEpoch: signOutEpochOf(user),
      secondFactor: secondFactorOf(user, secondFactor),
      requiredLevel: requiredLevelOf(subject, now(), snapshot),
      owes: mustChangePassword === true ? ['change-password'] : [],
    };
  };

const secondFactorOf = (
  { secondFactorSince }: Pick<User, 'secondFactorSince'>,
  { enrolment }: Settings['secondFactor'],
): SecondFactorState => (secondFactorSince !== undefined ? 'enrolled' : enrolment === 'open' ? 'may-enrol' : 'closed');
