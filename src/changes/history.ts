import type { Instant } from '../base/clock.js';
import { timeOrderedId } from '../base/crypto/ids.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';
import { insert } from '../storage/write.js';
import type { Contributor } from './contributor.js';

/**
 * The state that determined access during a period. Inserted when the period ends, and never updated; the current state is the
 * document itself, from its `since`.
 */
export type HistoryRow = {
  id: string;
  /** As an event's subject: `user`, `role`. */
  kind: string;
  subject: string;
  /**
   * The last version of the subject with this state; a change of other fields ends nothing. (`version` is the row's own, and
   * always 1.)
   */
  subjectVersion: number;
  from: Instant;
  /** The end of the period, exclusive. */
  until: Instant;
  access: JsonObject;
};

export const history = spec<HistoryRow>()({
  name: 'history',
  scope: 'realm',
  version: 1,
  indexed: { kind: 'string', subject: 'string', until: 'number' },
  unique: {},
  queries: {
    /** The first row with `until` after a time was in force then, if its `from` is not later. */
    ofSubject: { equal: ['kind', 'subject'], order: 'until' },
  },
});

/** The history row of a change that ends a version. */
export const historyRow: Contributor = (_by, event, at) => {
  if (!event.ended) return [];
  const { version, from, access } = event.ended;
  const { kind, id: subject } = event.subject;
  return [
    insert(history, {
      id: timeOrderedId(at),
      kind,
      subject,
      subjectVersion: version,
      from,
      until: event.at ?? at,
      access,
    }),
  ];
};
