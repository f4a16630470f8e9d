import { auditChange } from '../../src/audit/audit-change.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import type { Actor } from '../../src/changes/actor.js';
import { type Caches, caches } from '../../src/changes/caching/caches.js';
import { changeMarker, changeMarkers } from '../../src/changes/caching/change-marker.js';
import { history, historyRow } from '../../src/changes/history.js';
import type { Contributor } from '../../src/changes/contributor.js';
import { changeRecorder, type Guard, type Recorder } from '../../src/changes/change-recorder.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import type { ReferrerSource } from '../../src/changes/removal/referrer.js';
import { removalNotes } from '../../src/changes/removal/remove-recorded.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { testAuditKeys } from '../support/audit.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';

export const host: Actor = { kind: 'host', id: 'root', requestId: 'r1', address: '192.0.2.7', agent: 'shell' };

/** A process's view of changes, on a store that others may share. */
export interface Process {
  readonly realm: Realm;
  readonly caches: Caches;
  readonly recorder: Recorder;
}

export function processOn(
  store: Store,
  more: {
    readonly guards?: readonly Guard[];
    readonly contributors?: readonly Contributor[];
    readonly referrers?: () => readonly ReferrerSource[];
  } = {},
): Process {
  const realm = store.in('default');
  const own = caches(store.installation);
  const recorder = changeRecorder({
    realm,
    contributors: [auditChange(testAuditKeys), historyRow, changeMarker(own), ...(more.contributors ?? [])],
    guards: more.guards ?? [],
    caches: own,
    personal: personalKeys(realm),
    ...(more.referrers && { referrers: more.referrers }),
  });
  return { realm, caches: own, recorder };
}

/** A store with these specs and everything that a change needs. */
export const changingStore = (specs: readonly AnySpec[]): Promise<TemporaryStore> =>
  temporaryStore([...specs, auditRecords, history, changeMarkers, personKeys, removalNotes]);
