/**
 * federation: what people of an upstream that gives no answer cost everybody else (`npm run bench:federation`).
 *
 * Starts a server on SQLite beside an upstream. In each round somebody whose password is ours signs in and refreshes tokens: first alone, then while a
 * crowd of the upstream waits for it. It is a directory that is stopped by a signal; with `--upstream large` each answer has 10 MB, with `stalled` it
 * ends before its last bytes. With `provider` it is an OpenID provider whose token endpoint is silent. Server, crowd and upstream share the machine.
 * Asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SECRET } from '../../test/federation/oidc/lying-provider.ts';
import { SERVICE } from '../../test/support/slapd.ts';
import { median } from '../report/statistics.ts';
import { startGatehouse } from '../servers/servers.ts';
import { mostMemory } from './memory.ts';
import { noneYet, somebodyElse } from './others.ts';
import { startUpstream, UPSTREAMS } from './upstreams.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    upstream: { type: 'string', default: 'stopped' },
    'real-cost': { type: 'boolean', default: false },
  },
});
const people = Number(values.people);
const seconds = Number(values.seconds);
const name = UPSTREAMS.find((known) => known === values.upstream) ?? 'stopped';
/** So often they sign in and refresh alone in each round. */
const COUNT = values['real-cost'] ? 15 : 60;
/** Beyond the longest rest of a server that failed. */
const REST = 31_000;

const OPERATIONS = ['sign-in', 'refresh'] as const;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-federation-bench-'));
const upstream = await startUpstream(name, people);
try {
  const server = await startGatehouse({ folder, database: (of) => `sqlite:${join(folder, of)}` }, 'gatehouse-sqlite', {
    realCost: values['real-cost'],
    people: 1,
    connectors: [upstream.connector(seconds)],
    env: {
      GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
      GATEHOUSE_LOG_LEVEL: 'warn',
      GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1',
      UPSTREAM_SECRET: name === 'provider' ? SECRET : SERVICE.password,
    },
  });
  const [somebody] = server.people;
  if (!somebody) throw new Error('There is nobody whose password is ours.');
  const operate = await somebodyElse(somebody);
  for (let warm = 0; warm < 100; warm++) await operate(noneYet());
  const [alone, beside, burst] = [noneYet(), noneYet(), noneYet()];
  const memory: { before: number; most: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    if (round > 0) {
      await delay(REST);
      // The first who comes in shows that the upstream answers again.
      await (await upstream.crowd(server.issuer, 1)).post().statuses;
    }
    const crowd = await upstream.crowd(server.issuer, people);
    for (let at = 0; at < COUNT; at++) await operate(alone);
    const ofIdle = mostMemory(server.process.pid);
    const before = await ofIdle();
    const ofCrowd = mostMemory(server.process.pid);
    upstream.pause();
    const posted = crowd.post();
    // Until all of them have arrived.
    await delay(3000);
    for (let told = posted.answered(); told < people; told = posted.answered()) {
      const took = noneYet();
      await operate(took);
      const of = posted.answered() === told ? beside : burst;
      for (const operation of OPERATIONS) of[operation].push(...took[operation]);
    }
    memory.push({ before, most: await ofCrowd() });
    upstream.resume();
    console.error(
      `round ${round + 1}: ${[...(await posted.statuses)].map(([status, of]) => `${of} x ${status}`).join()}`,
    );
  }
  const figures = {
    people,
    upstream: name,
    rounds: values.rounds,
    'memory before and at most (MB)': memory
      .map(({ before, most }) => `${before.toFixed(0)} ${most.toFixed(0)}`)
      .join(', '),
  };
  for (const [what, value] of Object.entries(figures)) console.log(`${what}: ${value}`);
  for (const operation of OPERATIONS) {
    const usual = median(alone[operation]);
    console.log(`${operation}: alone ${usual.toFixed(1)} ms; while they wait ${besides(beside[operation], usual)}`);
    console.log(`${operation}: while they are told ${besides(burst[operation], usual)}`);
  }
  await server.process.end();
} finally {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
}

function besides(took: readonly number[], usual: number): string {
  if (took.length === 0) return 'not measured';
  return `${median(took).toFixed(1)} ms (${(median(took) / usual).toFixed(2)} times, ${took.length} measured)`;
}
