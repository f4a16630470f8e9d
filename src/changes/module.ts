import type { Caches } from './caching/caches.js';
import { changeMarker, changeMarkers } from './caching/change-marker.js';
import { history, historyRow } from './history.js';
import { personKeys } from './personal/person-key.js';
import { removalNotes } from './removal/remove-recorded.js';

/** Registrations of `changes`: each change leaves the version before it, and a marker for the caches of other processes. */
export const changes = {
  specs: [changeMarkers, history, personKeys, removalNotes],
  contributors: ({ caches }: { readonly caches: Pick<Caches, 'holds'> }) => [historyRow, changeMarker(caches)],
};
