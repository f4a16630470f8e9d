/**
 * How long an audit record waits for its link. Two processes continue the chain. One record at a time is written; then whoever holds
 * the chain is killed, a few times.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { auditRecords } from '../../src/audit/audit-record.ts';
import type { Realm } from '../../src/storage/store.ts';
import { openRecords, recordSignIns, WAITING_REALM } from './records.ts';

const RECORDS = 100;
const KILLS = 5;

/** Prints what it measured in the store of this name and address. */
export async function measureWaiting(name: string, address: string): Promise<void> {
  const store = await openRecords(address);
  const realm = store.in(WAITING_REALM);
  let holder: ChildProcess | undefined;
  const children = new Set<ChildProcess>();
  const start = (): void => {
    const child = fork(join(import.meta.dirname, 'waiting-child.ts'), [address], { execArgv: process.execArgv });
    children.add(child);
    child.on('message', () => (holder = child));
  };
  try {
    start();
    start();
    await untilChained(realm);
    const waits: number[] = [];
    for (let n = 0; n < RECORDS; n++) {
      waits.push(await untilChained(realm));
      // Not in step with the job.
      await delay(Math.random() * 300);
    }
    const afterKill: number[] = [];
    for (let n = 0; n < KILLS; n++) {
      if (!holder) throw new Error('No process holds the chain.');
      const [killed] = [holder];
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      children.delete(killed);
      start();
      afterKill.push(await untilChained(realm));
    }
    console.log(
      `${name}: a record waits ${described(waits)} for its link, and ${described(afterKill)} after its holder was killed`,
    );
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await store.close();
  }
}

/** Milliseconds until a new record is in the chain. */
async function untilChained(realm: Realm): Promise<number> {
  const began = performance.now();
  await recordSignIns(realm, 1);
  while ((await realm.of(auditRecords).count('pending', { pending: true }, 1)) > 0) await delay(20);
  return performance.now() - began;
}

function described(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const shown = (ms = 0): string => (ms / 1000).toFixed(1);
  return `${shown(sorted[Math.floor(sorted.length / 2)])} s (at most ${shown(sorted.at(-1))} s of ${sorted.length} times)`;
}
