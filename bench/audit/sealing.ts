/**
 * How many audit records a second enter the chain, and are verified: `npm run bench:audit [-- RECORDS]`.
 *
 * The records wait already when the measured time begins, as after a burst. `rows`: further documents a record, as search terms.
 */
import { join } from 'node:path';
import { openEngine } from '../../src/app/open-engine.ts';
import { auditKeys } from '../../src/audit/audit-keys.ts';
import { auditRecords } from '../../src/audit/audit-record.ts';
import { auditTrail } from '../../src/audit/audit-trail.ts';
import { auditLinks } from '../../src/audit/chain/audit-link.ts';
import { chainHeads } from '../../src/audit/chain/chain-head.ts';
import { sealPending } from '../../src/audit/chain/seal-pending.ts';
import { verifyTrail } from '../../src/audit/chain/verify-trail.ts';
import { signInEntry } from '../../src/audit/sign-in-entry.ts';
import { seconds } from '../../src/base/clock.ts';
import { secretBox } from '../../src/base/crypto/secret-box.ts';
import { personKeys } from '../../src/changes/personal/person-key.ts';
import { personalKeys } from '../../src/changes/personal/personal-keys.ts';
import { underLease } from '../../src/storage/leases/lease.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { spec } from '../../src/storage/spec.ts';
import type { Store } from '../../src/storage/store.ts';
import { insert } from '../../src/storage/write.ts';
import { makePlace } from '../place.ts';

const [count = 6000] = process.argv.slice(2).map(Number);
/** Inserted at once. */
const BURST = 100;
const USERS = 1000;

interface Row {
  id: string;
  term: string;
  at: number;
}
const rows = spec<Row>()({
  name: 'rows',
  scope: 'realm',
  version: 1,
  indexed: { term: 'string', at: 'number' },
  unique: {},
  queries: { byTerm: { equal: ['term'], order: 'at', direction: 'descending' } },
});

const box = secretBox([{ id: 'bench', key: Buffer.alloc(32, 1) }]);
const keys = auditKeys([{ id: 'bench', secret: Buffer.alloc(32, 2) }]);

/** A rate by the clock, and the CPU time of this process, which other load on the machine does not change much. */
function rate(n: number): () => string {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return `${Math.round(n / ((performance.now() - began) / 1000))}/s (${Math.round((user + system) / n)} us of CPU each)`;
  };
}

async function measure(name: string, store: Store, rowsOfRecord: number): Promise<void> {
  const realm = store.in(`rows-${rowsOfRecord}`);
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

const place = await makePlace();
const specs = [auditRecords, auditLinks, chainHeads, personKeys, rows];
try {
  for (const [name, address] of [
    ['SQLite', { kind: 'sqlite', path: join(place.folder, 'bench.db') }],
    ['MongoDB', { kind: 'mongodb', url: place.database('audit') }],
  ] as const) {
    const store = await openStore({ specs, box, engine: await openEngine(address) });
    for (const n of [0, 3]) await measure(name, store, n);
    await store.close();
  }
} finally {
  await place.end();
}
