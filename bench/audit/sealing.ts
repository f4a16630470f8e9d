/**
 * How many audit records a second enter the chain, and are verified. The records wait already when the measured time begins, as after
 * a burst.
 */
import { sealPending } from '../../src/audit/chain/seal-pending.ts';
import { verifyTrail } from '../../src/audit/chain/verify-trail.ts';
import { seconds } from '../../src/base/clock.ts';
import { underLease } from '../../src/storage/leases/lease.ts';
import { insert } from '../../src/storage/write.ts';
import { keys, openRecords, recordSignIns, rows } from './records.ts';

/** Documents beside the link of a record: none, and one with the search terms of a sign-in, which has one person. */
const ROWS = [0, 1];

/** Prints what it measured in the store of this name and address. */
export async function measureSealing(name: string, address: string, count: number): Promise<void> {
  const store = await openRecords(address);
  for (const rowsOfRecord of ROWS) {
    const realm = store.in(`rows-${rowsOfRecord}`);
    await recordSignIns(realm, count);
    let commits = 0;
    const rowsOf = ({ id, at }: { readonly id: string; readonly at: number }) =>
      Array.from({ length: rowsOfRecord }, (_, n) =>
        insert(rows, { id: `${id}-${n}`, term: `t${n}-${id.slice(-2)}`, at }),
      );
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
      `${name}, ${rowsOfRecord} rows: ${sealed} enter the chain, ${inCommit} in a commit, ${verified} are verified`,
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
