/** `./scripts/failover`: see there. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { flowRealm, passwordOf, ready } from '../flows/flow-host.js';
import { type Host, startHost } from '../support/host/host.js';
import { type ReplicaSet, startReplicaSet } from '../support/replica-set.js';
import { Findings } from './findings.js';
import { type Load, person, prober } from './people.js';

const PEOPLE = 8;
const PROBERS = 8;
/** From one failure to the next, where the members are back by then. */
const BETWEEN_FAULTS = 5500;
/** From the start of one server to the stop of the other. */
const BETWEEN_STOPS = 8000;
/** V8 gives memory back some time after a quiet interval of ten seconds (`src/app/return-memory.ts`), so it is asked between these. */
const QUIET = { least: 45, most: 60 };

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 5);
let seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const say = (line: string): void => console.error(line);

/** Between 0 and 1, the same for the same seed. */
function chance(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}

async function fault(set: ReplicaSet, findings: Findings): Promise<void> {
  await set.healthy();
  const primary = await set.primary();
  const which = chance();
  if (which < 0.8) {
    findings.faults.kill++;
    await primary.kill();
    await delay(1500 * chance());
    await primary.restart();
  } else if (which < 0.9) {
    findings.faults['step down']++;
    await set.stepDown();
  } else {
    findings.faults.stop++;
    primary.signal('SIGSTOP');
    try {
      await set.replaced(primary);
      await delay(1500 * chance());
    } finally {
      primary.signal('SIGCONT');
    }
  }
}

/** Stops a server and starts it anew, and the other one, in turn, while the primary fails and people work. */
async function restarts(host: Host, findings: Findings, isOver: () => boolean): Promise<void> {
  for (let server = 0; !isOver(); server = 1 - server) {
    // New requests go to the other server, as with a load balancer. Requests in progress see the stop.
    host.to(1 - server);
    try {
      findings.stops.push(await host.stopOne(server));
    } catch (error) {
      findings.stops.push(Infinity);
      findings.notes.push(`a stop: ${String(error).slice(0, 200)}`);
    }
    while (!(await started(host, server))) findings.notes.push('a start found no store, and was made again');
    host.to('each');
    await delay(BETWEEN_STOPS);
  }
}

const started = (host: Host, server: number): Promise<boolean> =>
  host.startOne(server).then(
    () => true,
    () => false,
  );

/** The memory of the run's largest server, in megabytes. */
async function memory(): Promise<number> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const each = children.split(' ').map(async (pid) => {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('host/child.ts')) return 0;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.max(...(await Promise.all(each)));
}

async function run(set: ReplicaSet, host: Host): Promise<Findings> {
  const findings = new Findings();
  const end = performance.now() + minutes * 60_000;
  const state = { isOver: false };
  const load: Load = {
    ...{ issuer: host.issuer, password: passwordOf(host, 'alice'), findings, revoked: [] },
    isOver: () => state.isOver,
  };
  const all = Promise.all([
    ...Array.from({ length: PEOPLE }, () => person(load)),
    ...Array.from({ length: PROBERS }, () => prober(load)),
  ]);
  const restarting = restarts(host, findings, () => performance.now() > end);
  for (let faults = 1; performance.now() < end; faults++) {
    const began = performance.now();
    await fault(set, findings);
    // The rest is time without faults, in which everybody makes progress.
    await delay(Math.max(1000 * chance(), BETWEEN_FAULTS - (performance.now() - began)));
    const { userinfo, introspection } = findings.probes;
    say(
      `${faults} faults, ${findings.stops.length} stops, ${findings.rotations} rotations, ${userinfo + introspection} probes, ${findings.notes.length} notes`,
    );
  }
  await restarting;
  await set.healthy();
  // Four more without a stop between, after which memory comes down again.
  await delay(10_000);
  findings.heap.before = (await host.memory()) / 2 ** 20;
  for (let faults = 0; faults < 4; faults++) {
    await fault(set, findings);
    await delay(2000);
  }
  state.isOver = true;
  await all;
  await set.healthy();
  await ready(host);
  await quiet(findings);
  findings.heap.after = (await host.memory()) / 2 ** 20;
  const began = performance.now();
  await host.stop();
  findings.stops.push(performance.now() - began);
  return findings;
}

/** Waits until memory is given back. */
async function quiet({ memory: found }: Findings): Promise<void> {
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  await delay(QUIET.least * 1000);
  do {
    found.megabytes = await memory();
    found.after = Math.round(since());
    if (found.megabytes <= 200) return;
    await delay(1000);
  } while (since() < QUIET.most);
}

/** The servers' messages about the store, with their counts. */
function reasons(logs: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const [said] of logs.matchAll(/The store does not answer: [^"\\]{1,120}/g))
    counts.set(said, (counts.get(said) ?? 0) + 1);
  return [...counts].map(([said, count]) => `${count} x ${said}`);
}

function print(findings: Findings, logs: string): void {
  for (const note of new Set(findings.notes)) {
    console.log(`${findings.notes.filter((each) => each === note).length} x ${note}`);
  }
  for (const line of reasons(logs)) console.log(line);
  const rows = findings.rows().map(([what, measured, goal, isMet]) => [what, measured, goal, isMet ? '' : 'MISSED']);
  for (const row of [['', 'measured', 'goal', ''], ...rows]) console.log(`| ${row.join(' | ')} |`);
  for (const [endpoint, ms] of findings.slowest503) console.log(`slowest 503 of ${endpoint}: ${ms.toFixed(0)} ms`);
  if (findings.fastest503 < Infinity) console.log(`fastest 503: ${findings.fastest503.toFixed(0)} ms`);
}

say(`seed ${seed}`);
const set = await startReplicaSet();
let host: Host | undefined;
try {
  const store = set.url.replace('/?', '/failover?');
  host = await startHost(flowRealm('two on sqlite', { env: { GATEHOUSE_STORE: store, GATEHOUSE_LOG_LEVEL: 'warn' } }));
  const findings = await run(set, host);
  print(findings, host.logs());
  process.exitCode = findings.rows().every(([, , , isMet]) => isMet) ? 0 : 1;
} finally {
  await host?.end();
  await set.end();
}
process.exit();
