import { auditKeys } from '../../src/audit/audit-keys.js';
import { auditTrail, type AuditTrail } from '../../src/audit/audit-trail.js';
import { type PersonalSealing, personalKeys } from '../../src/changes/personal/personal-keys.js';
import { history, type HistoryRow, openAccess } from '../../src/changes/history.js';
import type { Realm } from '../../src/storage/store.js';

/** The audit key of tests that open no installation. */
export const testAuditKeys = auditKeys([{ id: 'test', secret: Buffer.alloc(32, 7) }]);

/** The trail of a realm whose store has `auditRecords` and `personKeys`. */
export const trailOf = (realm: Realm): AuditTrail =>
  auditTrail({ realm, keys: testAuditKeys, personal: personalKeys(realm) });

/** For contributors that seal nothing. */
export const sealsNothing: PersonalSealing = {
  seal: () => {
    throw new Error('Nothing was to be sealed.');
  },
};

/** These rows with the access of users opened. */
export async function openedHistory<R extends HistoryRow>(realm: Realm, rows: readonly R[]) {
  const access = await openAccess(personalKeys(realm), rows);
  return rows.map((row, i) => ({ ...row, access: access[i] }));
}

/** The history of a user, the oldest first. */
export async function historyOfUser(realm: Realm, id: string) {
  const { rows } = await realm.of(history).find('ofSubject', { kind: 'user', subject: id }, { limit: 50 });
  return openedHistory(realm, rows);
}
