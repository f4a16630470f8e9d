/**
 * How many audit records a second enter the chain, and are verified. The records wait already when the measured time begins, as after
 * a burst.
 */
import type { OpenedRecord } from '../../src/audit/audit-trail.ts';
import { sealPending } from '../../src/audit/chain/seal-pending.ts';
import { verifyTrail } from '../../src/audit/chain/verify-trail.ts';
import { termHashes } from '../../src/audit/search/term-hashes.ts';
import { termWrites } from '../../src/audit/search/terms-of.ts';
import { seconds } from '../../src/base/clock.ts';
import { underLease } from '../../src/storage/leases/lease.ts';
import { keys, openRecords, recordSignIns } from './records.ts';

/** Prints what it measured in the store of this name and address. */
export async function measureSealing(name: string, address: string, count: number): Promise<void> {
  const store = await openRecords(address);
  for (const withTerms of [false, true]) {
    const realm = store.in(withTerms ? 'with-terms' : 'without-terms');
    await recordSignIns(realm, count);
    let commits = 0;
    const hashes = termHashes({ realm: realm.id, keys, normalizeName: (typed) => typed });
    const rowsOf = (record: OpenedRecord) => (withTerms ? termWrites(record, hashes) : []);
    const sealing = rate(count);
    await underLease(store.installation, realm.id, seconds(3), (held) =>
      sealPending({ realm, auditKeys: keys, rowsOf }, held, new AbortController().signal, () => commits++),
    );
    const sealed = sealing();
    const inCommit = Math.round(count / commits);
    const verifying = rate(count);
    const { findings, links } = await verifyTrail({ realm, auditKeys: keys });
    const verified = verifying();
    if (findings.count > 0 || links !== count) throw new Error('The chain does not verify.');
    console.log(
      `${name}, ${withTerms ? 'with' : 'without'} search terms: ${sealed} enter the chain, ${inCommit} in a commit, ${verified} are verified`,
    );
  }
  await store.close();
}

/** A rate by the clock, and the CPU time of this process, which other load on the machine does not change much. */
function rate(n: number): () => string {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return `${Math.round(n / ((performance.now() - began) / 1000))}/s (${Math.round((user + system) / n)} us of CPU each)`;
  };
}
