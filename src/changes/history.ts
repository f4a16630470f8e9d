import type { Instant } from '../base/clock.js';
import { timeOrderedId } from '../base/crypto/ids.js';
import { GatehouseError } from '../base/errors.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';
import { insert } from '../storage/write.js';
import type { Contributor } from './contributor.js';
import type { OpenedPart, PersonalKeys } from './personal/personal-keys.js';

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
  /** Absent for a user, whose access is personal. */
  access?: JsonObject;
  /** The access of a user, sealed under the user's own key. */
  sealedAccess?: string;
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
    /** The first of each subject was in force then, likewise. */
    ofKind: { equal: ['kind'], order: 'until' },
  },
});

/** The history row of a change that ends a version. */
export const historyRow: Contributor = (_by, event, at, personal) => {
  if (!event.ended) return [];
  const { version, from, access } = event.ended;
  const { kind, id: subject } = event.subject;
  const id = timeOrderedId(at);
  const place = { collection: history.name, id, field: 'sealedAccess' };
  return [
    insert(history, {
      id,
      kind,
      subject,
      subjectVersion: version,
      from,
      until: event.at ?? at,
      ...(kind === 'user' ? { sealedAccess: personal.seal(subject, place, JSON.stringify(access)) } : { access }),
    }),
  ];
};

/**
 * The access of these rows, in order; `erased` for a user who was. One store call at most.
 * @throws GatehouseError `seal-broken` for a row that somebody changed in the store; StoreUnavailable
 */
export async function openAccess(
  personal: Pick<PersonalKeys, 'open'>,
  rows: readonly HistoryRow[],
): Promise<readonly (JsonObject | 'erased')[]> {
  const sealed = rows.flatMap(({ id, sealedAccess }) =>
    sealedAccess === undefined
      ? []
      : [{ at: { collection: history.name, id, field: 'sealedAccess' }, sealed: sealedAccess }],
  );
  const opened = (await personal.open(sealed)).values();
  return rows.map(({ access, sealedAccess }) =>
    sealedAccess === undefined ? (access ?? {}) : accessOf(opened.next().value),
  );
}

// Sealed by this module, and authenticated when it was opened.
function accessOf(part: OpenedPart | undefined): JsonObject | 'erased' {
  if (part?.kind === 'open') return JSON.parse(part.clear) as JsonObject;
  if (part?.kind === 'erased') return 'erased';
  throw new GatehouseError('seal-broken', 'The history of a user was changed in the store, so it answers nothing.');
}
