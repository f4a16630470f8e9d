import { AccountOverview } from '#views/account-overview.js';
import { effective } from '../access/evaluation/effective.js';
import { heldRoles } from '../access/evaluation/held-roles.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import { readsBehaviour, subjectOf } from '../access/evaluation/subject.js';
import { now } from '../base/clock.js';
import type { BehaviourService } from '../identity/activity/activity-service.js';
import type { AccountPage } from './account-page.js';
import { typedOf } from './profile-form.js';

interface OverviewParts {
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly behaviours: Pick<BehaviourService, 'get'>;
}

/** The user's data that applications may request, and their current roles. */
export const overviewPage = ({ snapshots, behaviours }: OverviewParts): AccountPage => ({
  path: '',
  name: 'overview',
  forChanges: false,
  async show(visit, refused) {
    const { id, username, profile, email, emailVerified } = visit.user;
    const snapshot = await snapshots.read();
    const behaviour = readsBehaviour(snapshot) ? await behaviours.get(id) : undefined;
    const access = effective(subjectOf(visit.user, snapshot, now(), behaviour), { at: now() }, snapshot);
    await visit.answer(
      (around) =>
        AccountOverview({
          ...around,
          username,
          profile: typedOf(profile),
          ...(email !== undefined && { email, emailVerified }),
          roles: heldRoles(access, snapshot),
          ...(profile.zoneinfo !== undefined && { zone: profile.zoneinfo }),
        }),
      refused,
    );
  },
  forms: {},
});
