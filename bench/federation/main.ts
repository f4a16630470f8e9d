/**
 * federation: what people of a directory that gives no answer cost everybody else (`npm run bench:federation`).
 *
 * Starts a server on SQLite beside a directory. In each round somebody whose password is ours signs in and refreshes tokens: first alone, then while a
 * crowd of the directory waits for it. The directory is stopped by a signal; with `--directory large` each answer has 10 MB, with `stalled` it ends
 * before its last bytes. Server, crowd and directory share the machine. Asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PASSWORD, SERVICE } from '../../test/support/slapd.ts';
import { median } from '../report/statistics.ts';
import { startGatehouse } from '../servers/servers.ts';
import { openCrowd } from './crowd.ts';
import { connectorTo, DIRECTORIES, startDirectory } from './directories.ts';
import { mostMemory } from './memory.ts';
import { noneYet, somebodyElse } from './others.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    directory: { type: 'string', default: 'stopped' },
    'real-cost': { type: 'boolean', default: false },
  },
});
const people = Number(values.people);
const seconds = Number(values.seconds);
const name = DIRECTORIES.find((known) => known === values.directory) ?? 'stopped';
/** So often they sign in and refresh in each half of a round. */
const COUNT = values['real-cost'] ? 15 : 60;
/** Beyond the longest rest of a server that failed. */
const REST = 31_000;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-federation-bench-'));
const directory = await startDirectory(name, people);
try {
  const server = await startGatehouse({ folder, database: (of) => `sqlite:${join(folder, of)}` }, 'gatehouse-sqlite', {
    realCost: values['real-cost'],
    people: 1,
    connectors: [connectorTo(directory, seconds)],
    env: {
      GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
      GATEHOUSE_LOG_LEVEL: 'warn',
      DIRECTORY_PASSWORD: SERVICE.password,
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
      // The first who comes in shows that the directory answers again.
      await (await openCrowd(server.issuer, 1, PASSWORD)).post().statuses;
    }
    const crowd = await openCrowd(server.issuer, people, PASSWORD);
    for (let at = 0; at < COUNT; at++) await operate(alone);
    const ofIdle = mostMemory(server.process.pid);
    const before = await ofIdle();
    const ofCrowd = mostMemory(server.process.pid);
    directory.pause();
    const posted = crowd.post();
    // Until all of them have arrived.
    await delay(3000);
    for (let at = 0; at < COUNT && posted.answered() === 0; at++) await operate(beside);
    while (posted.answered() === 0) await delay(50);
    while (posted.answered() < people) await operate(burst);
    memory.push({ before, most: await ofCrowd() });
    directory.resume();
    console.error(
      `round ${round + 1}: ${[...(await posted.statuses)].map(([status, of]) => `${of} x ${status}`).join()}`,
    );
  }
  const figures = {
    people,
    directory: name,
    rounds: values.rounds,
    'memory before and at most (MB)': memory
      .map(({ before, most }) => `${before.toFixed(0)} ${most.toFixed(0)}`)
      .join(', '),
  };
  for (const [what, value] of Object.entries(figures)) console.log(`${what}: ${value}`);
  for (const operation of ['sign-in', 'refresh'] as const) {
    const usual = median(alone[operation]);
    console.log(`${operation}: alone ${usual.toFixed(1)} ms; while they wait ${besides(beside[operation], usual)}`);
    console.log(`${operation}: while they are told ${besides(burst[operation], usual)}`);
  }
  await server.process.end();
} finally {
  await directory.stop();
  await rm(folder, { recursive: true, force: true });
}

function besides(took: readonly number[], usual: number): string {
  if (took.length === 0) return 'not measured';
  return `${median(took).toFixed(1)} ms (${(median(took) / usual).toFixed(2)} times, ${took.length} measured)`;
}
