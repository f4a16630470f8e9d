import type { Instant } from '../../base/clock.js';
import type { AccessQuestion } from './access-question.js';
import { ADMINISTRATOR } from '../model/administrator.js';
import type { Subject } from '../evaluation/evaluation-context.js';
import type { Snapshot } from '../evaluation/snapshot.js';
import { type Standing, standingOf } from '../evaluation/standing.js';

/**
 * How firmly a user is administrator. Rank 2 means now, perhaps under a limitation whose result is unknown before a sign-in,
 * such as a network. Rank 1 means from a later time on. Rank 0 means never.
 */
export type AdministratorRank = 0 | 1 | 2;

/** Pure. */
export const administratorRank = (subject: Subject, snapshot: Snapshot, at: Instant): AdministratorRank => {
  const question = administratorQuestion(snapshot);
  return question ? rankOf(standingOf(question, subject, { snapshot, context: { at } })) : 0;
};

export function rankOf(standing: Pick<Standing, 'when'> | undefined): AdministratorRank {
  switch (standing?.when) {
    case 'now':
    case 'limited':
      return 2;
    case 'later':
      return 1;
    case undefined:
      return 0;
  }
}

/** Undefined if the realm has no such role yet. */
export function administratorQuestion({ roles }: Snapshot): AccessQuestion | undefined {
  const role = [...roles.values()].find(({ name }) => name === ADMINISTRATOR);
  return role && { kind: 'role', id: role.id };
}
