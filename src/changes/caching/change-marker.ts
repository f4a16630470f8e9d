import { CLOCKS_DIFFER, type Instant, minutes } from '../../base/clock.js';
import { timeOrderedId } from '../../base/crypto/ids.js';
import { spec } from '../../storage/spec.js';
import type { RealmId } from '../../storage/store.js';
import { insert, type Write } from '../../storage/write.js';
import type { Contributor } from '../contributor.js';

/** Tells every process that something it may hold in memory has changed. Inserted in the commit of the change itself. */
export type ChangeMarker = {
  id: string;
  at: Instant;
  expiresAt: Instant;
  realm: RealmId;
  /** The id of what changed, from the event's subject. */
  kind: string;
  subject: string;
};

/** By the writer's clock. The longest pause of a process that reads only markers, as much for slow commits, and clocks: see `caches`. */
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

/** The marker of a change to a kind that somebody caches. An insert under a fresh id: markers never conflict. */
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
