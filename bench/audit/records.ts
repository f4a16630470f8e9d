/** The stores, keys and records of the audit benchmark. */
import { openEngine } from '../../src/app/open-engine.ts';
import { auditKeys } from '../../src/audit/audit-keys.ts';
import { auditRecords } from '../../src/audit/audit-record.ts';
import { auditTrail } from '../../src/audit/audit-trail.ts';
import { auditLinks } from '../../src/audit/chain/audit-link.ts';
import { chainHeads } from '../../src/audit/chain/chain-head.ts';
import { auditTerms } from '../../src/audit/search/audit-terms.ts';
import { signInEntry } from '../../src/audit/sign-in-entry.ts';
import { secretBox } from '../../src/base/crypto/secret-box.ts';
import { personKeys } from '../../src/changes/personal/person-key.ts';
import { personalKeys } from '../../src/changes/personal/personal-keys.ts';
import { jobRuns } from '../../src/jobs/job.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { Realm, Store } from '../../src/storage/store.ts';

export const WAITING_REALM = 'waiting';

export const keys = auditKeys([{ id: 'bench', secret: Buffer.alloc(32, 2) }]);

/** @param address the URL of a MongoDB, or a file */
export const openRecords = async (address: string): Promise<Store> =>
  openStore({
    specs: [auditRecords, auditLinks, chainHeads, personKeys, jobRuns, auditTerms],
    box: secretBox([{ id: 'bench', key: Buffer.alloc(32, 1) }]),
    engine: await openEngine(
      address.startsWith('mongodb:') ? { kind: 'mongodb', url: address } : { kind: 'sqlite', path: address },
    ),
  });

/** Written at once. */
const BURST = 100;
const USERS = 1000;

/** Records so many sign-ins, which then wait for their links. */
export async function recordSignIns(realm: Realm, count: number): Promise<void> {
  const trail = auditTrail({ realm, keys, personal: personalKeys(realm) });
  for (let done = 0; done < count; done += BURST) {
    await Promise.all(
      Array.from({ length: Math.min(BURST, count - done) }, (_, n) => {
        const id = `u${(done + n) % USERS}`;
        const by = { kind: 'user', id, requestId: `r${n}`, address: '198.51.100.4', agent: 'Firefox' } as const;
        return trail.record(signInEntry(by, { outcome: 'success', user: { id, username: id }, methods: ['pwd'] }));
      }),
    );
  }
}
