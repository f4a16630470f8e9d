import { CLOCKS_DIFFER, type Instant, minutes } from '../../base/clock.js';
import { timeOrderedId } from '../../base/crypto/ids.js';
import { spec } from '../../storage/spec.js';
import type { RealmId } from '../../storage/store.js';
import { insert, type Write } from '../../storage/write.js';
import type { Contributor } from '../contributor.js';

/** Tells every process that cached data has changed. Inserted in the commit of the change itself. */
export type ChangeMarker = {
  id: string;
  at: Instant;
  expiresAt: Instant;
  realm: RealmId;
  /** The id of the changed document, from the event's subject. */
  kind: string;
  subject: string;
};

/**
 * By the writer's clock: the longest pause after which a process reads only markers, the same for slow commits, and clock
 * differences. See `caches`.
 */
export const MARKER_LIFE = minutes(2) + CLOCKS_DIFFER;

export const changeMarkers = spec<ChangeMarker>()({
  name: 'changeMarkers',
  scope: 'installation',
  version: 1,
  transient: true,
  indexed: { at: 'number' },
  unique: {},
  queries: { live: { order: 'at' } },
});

/** The marker of a change to a cached kind. An insert under a fresh id, so markers never conflict. */
export const changeMarker =
  (caches: { holds(realm: RealmId, kind: string): boolean }): Contributor =>
  (_by, event, at) => {
    const { realm, subject } = event;
    if (!caches.holds(realm, subject.kind)) return [];
    return [
      insert(changeMarkers, {
        id: timeOrderedId(at),
        at,
        expiresAt: at + MARKER_LIFE,
        realm,
        kind: subject.kind,
        subject: subject.id,
      }),
    ];
  };

/** The markers that a list of writes inserts. */
export const markersAmong = (writes: readonly Write[]): ChangeMarker[] =>
  writes.flatMap((write) =>
    write.spec === changeMarkers && write.kind === 'insert' ? [write.document as ChangeMarker] : [],
  );
