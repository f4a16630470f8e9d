/**
 * synchronization: what a directory of 100,000 people costs, and everybody else meanwhile (`npm run bench:synchronization`).
 *
 * Starts a server and OpenLDAP. The schedule of the server imports everybody, and then reads what changed, which is nothing. At last the
 * command reads everybody again. Meanwhile one person with a password at Gatehouse signs in and refreshes tokens. Server, directory and store
 * share the machine. Asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GROUPS, PEOPLE, SERVICE, type Slapd } from '../../test/support/slapd.ts';
import { mostMemory } from '../federation/memory.ts';
import { noneYet, somebodyElse, type Took } from '../federation/others.ts';
import { makePlace } from '../place.ts';
import { median } from '../report/statistics.ts';
import { GATEHOUSES, startGatehouse } from '../servers/servers.ts';
import { command, type EndedRun, lastRun } from './command.ts';
import { mirrorRules, startDirectory } from './directory.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    groups: { type: 'string', default: '1000' },
    store: { type: 'string', default: 'sqlite' },
    // Garbage is collected early: else what a process holds says how much memory the machine has.
    node: { type: 'string', default: '--max-semi-space-size=8' },
  },
});
const [people, groups] = [Number(values.people), Number(values.groups)];
const name = GATEHOUSES.find((known) => known === `gatehouse-${values.store}`) ?? 'gatehouse-sqlite';
/** Between two operations of somebody else: the run has to have the rest of the machine. */
const PAUSE = 100;
const LOOK_EVERY = 15_000;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-synchronization-bench-'));
const place = name === 'gatehouse-mongodb' ? await makePlace() : undefined;
const directory = await startDirectory(people, groups);
try {
  const server = await startGatehouse(place ?? { folder, database: (of) => `sqlite:${join(folder, of)}` }, name, {
    people: 1,
    connectors: [connectorTo(directory)],
    env: { GATEHOUSE_LOG_LEVEL: 'warn', DIRECTORY_PASSWORD: SERVICE.password, NODE_OPTIONS: values.node },
  });
  const [somebody] = server.people;
  if (!somebody) throw new Error('There is nobody whose password is ours.');
  const operate = await somebodyElse(somebody);

  /** Signs somebody else in until this is over, and returns how long that took. */
  async function meanwhile<T>(
    work: Promise<T>,
  ): Promise<{ readonly value: T; readonly took: Took; readonly memory: number }> {
    const took = noneYet();
    const memory = mostMemory(server.process.pid);
    const over = new AbortController();
    const done = work.finally(() => {
      over.abort();
    });
    done.catch(() => undefined);
    while (!over.signal.aborted) {
      await operate(took);
      await delay(PAUSE);
    }
    return { value: await done, took, memory: await memory() };
  }
  async function next(after?: string): Promise<EndedRun> {
    for (;;) {
      await delay(LOOK_EVERY);
      const last = await lastRun(server.env);
      if (last && last.id !== after) return last;
    }
  }

  const first = await meanwhile(next());
  show('import', first, noneYet());
  const alone = (await meanwhile(delay(60_000))).took;
  const second = await meanwhile(next(first.value.id));
  show('changes, of which there are none', second, alone);
  const { memory, ...full } = await meanwhile(command(server.env, ['connector', 'sync', 'corp', '--full']));
  show('everybody, by the command', { ...full, value: await next(second.value.id), memory: full.value.memory }, alone);
  console.log(`memory of the server meanwhile: ${memory.toFixed(0)} MB`);
  await server.process.end();
} finally {
  await directory.stop();
  await place?.end();
  await rm(folder, { recursive: true, force: true });
}

function connectorTo({ secureUrl, ca }: Slapd): object {
  return {
    id: 'corp',
    displayName: 'Corp',
    kind: 'ldap',
    preset: 'openldap',
    connection: { servers: [secureUrl], ca, bindDn: SERVICE.dn },
    subject: { base: PEOPLE, groups: { base: GROUPS } },
    secret: '${DIRECTORY_PASSWORD}',
    mapping: {
      profile: [
        { field: 'username', from: 'uid' },
        { field: 'email', from: 'mail' },
      ],
      groups: mirrorRules(groups),
      emailTrust: 'always',
    },
    sync: { every: 5 },
  };
}

function show(
  what: string,
  { value, took, memory }: { readonly value: EndedRun; readonly took: Took; readonly memory: number },
  usual: Took,
): void {
  const { startedAt, endedAt, outcome, mode, counts } = value;
  console.log(
    `${what}: ${mode}, ${outcome}, ${((endedAt - startedAt) / 1000).toFixed(0)} s, at most ${memory.toFixed(0)} MB; ${counts}`,
  );
  for (const operation of ['sign-in', 'refresh'] as const) {
    const [at, before] = [median(took[operation]), median(usual[operation])];
    const ratio = usual[operation].length > 0 ? ` (${(at / before).toFixed(2)} times alone)` : '';
    console.log(`  ${operation} meanwhile: ${at.toFixed(1)} ms${ratio}, ${took[operation].length} measured`);
  }
}
