import { accessHeld } from '../../access/administration/access-held.js';
import type { Preview } from '../../access/administration/preview.js';
import type { BehaviourService } from '../../identity/activity/activity-service.js';
import { EVERYONE } from '../../access/model/everyone.js';
import { clientSubject, readsBehaviour, subjectOf } from '../../access/evaluation/subject.js';
import { now } from '../../base/clock.js';
import { rows } from '../../base/paging.js';
import type { Subject } from '../../access/evaluation/evaluation-context.js';
import type { RealmParts } from '../realm-parts.js';
import type { Plan } from '../plan/plan.js';

/** The number of users who may lose access without confirmation, if they are not more than the share below. */
const MOST_PEOPLE = 20;
/** One in this many holders. */
const SHARE = 10;

export interface LosingParts {
  readonly users: Pick<RealmParts['users'], 'list'>;
  readonly clients: Pick<RealmParts['clients'], 'list'>;
  readonly behaviours?: Pick<BehaviourService, 'get'>;
}

/**
 * How many users and clients would lose access, if there are so many that the run needs confirmation: more than 20, or more
 * than a tenth of all holders. Future and limited access counts in full, so that the answer does not depend on the day or the
 * network. Undefined: no confirmation is needed.
 */
export async function accessLost(
  { before }: Pick<Plan, 'before'>,
  { losing }: Preview,
  { users, clients, behaviours }: LosingParts,
): Promise<number | undefined> {
  if (losing === 0 || losing > MOST_PEOPLE) return losing === 0 ? undefined : losing;
  const enough = losing * SHARE;
  const at = now();
  let holders = 0;
  const count = (subject: Subject): void => {
    const access = [...accessHeld(subject, before, at).ahead.values()];
    if (access.some((one) => one !== `role ${EVERYONE}`)) holders++;
  };
  for await (const user of rows((page) => users.list(page))) {
    const behaviour = readsBehaviour(before) ? await behaviours?.get(user.id) : undefined;
    count(subjectOf(user, before, at, behaviour));
    if (holders >= enough) return undefined;
  }
  for await (const client of rows((page) => clients.list(page))) {
    count(clientSubject(client));
    if (holders >= enough) return undefined;
  }
  return losing;
}
