import type { AuditEntry } from '../../../src/audit/audit-entry.js';
import { auditRecords } from '../../../src/audit/audit-record.js';
import { auditLinks } from '../../../src/audit/chain/audit-link.js';
import { type ChainEnd, chainHeads } from '../../../src/audit/chain/chain-head.js';
import { type ChainParts, sealPending, type Unsealable } from '../../../src/audit/chain/seal-pending.js';
import { signInEntry } from '../../../src/audit/sign-in-entry.js';
import type { Actor } from '../../../src/changes/actor.js';
import { personKeys } from '../../../src/changes/personal/person-key.js';
import { underLease } from '../../../src/storage/leases/lease.js';
import { jobRuns } from '../../../src/jobs/job.js';
import type { AnySpec } from '../../../src/storage/spec.js';
import type { Realm, Store } from '../../../src/storage/store.js';
import { tallies, things } from '../../storage/things.js';
import { testAuditKeys, trailOf } from '../../support/audit.js';

export const chainSpecs: readonly AnySpec[] = [auditRecords, auditLinks, chainHeads, personKeys];
/** With what changes and the probe of processes write. */
export const stormSpecs: readonly AnySpec[] = [...chainSpecs, jobRuns, things, tallies];

/** A sign-in of one of ten users. */
export function signInOf(n: number): AuditEntry {
  const id = `u${n % 10}`;
  const by: Actor = { kind: 'user', id, requestId: `r${n}`, address: '198.51.100.4', agent: 'Firefox' };
  return signInEntry(by, {
    outcome: 'success',
    user: { id, username: `user-${id}` },
    methods: ['pwd'],
    clientId: 'shop',
  });
}

/** Records so many of them at once. */
export const recordSome = (realm: Realm, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, n) => trailOf(realm).record(signInOf(n))));

export const partsOf = (realm: Realm): ChainParts => ({ realm, auditKeys: testAuditKeys });

/** Takes everything that is pending into the chain, as the job does. */
export async function seal(
  store: Store,
  realm: Realm,
  { lease = `chain of ${realm.id}`, ...parts }: Partial<ChainParts> & { readonly lease?: string } = {},
): Promise<{ readonly ends: readonly ChainEnd[]; readonly unsealable: Unsealable | undefined }> {
  const ends: ChainEnd[] = [];
  const leased = await underLease(store.installation, lease, 3000, (held) =>
    sealPending({ ...partsOf(realm), ...parts }, held, new AbortController().signal, (end) => ends.push(end)),
  );
  if (!leased.ok) throw new Error('Another process has the lease.');
  return { ends, unsealable: leased.value };
}

/** The links of a realm in order. */
export const linksOf = async (realm: Realm) =>
  (await realm.of(auditLinks).find('bySequence', {}, { limit: 1000 })).rows;
