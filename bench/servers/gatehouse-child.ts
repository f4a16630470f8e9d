/**
 * The built Gatehouse in a process that executes the benchmark's commands. BENCH_COST is the cost of its password hashes
 * (default: the real one). With BENCH_COUNTED it counts store calls, and its speed does not matter.
 */
import { subscribe } from 'node:diagnostics_channel';
import type * as HostActorModule from '../../src/cli/host-actor.js';
import type * as BootstrapModule from '../../src/cli/setup/bootstrap.js';
import type * as ServeModule from '../../src/cli/serve/serve.js';
import type * as ConfigModule from '../../src/config/config.js';
import type * as CountingModule from '../../src/storage/counting.js';
import type { InstallationOptions } from '../../src/app/installation.js';
import { built } from './built.ts';
import { takeOrders, used } from './orders.ts';
import { ready } from './ready.ts';

const { readConfig } = (await built('config/config.js')) as typeof ConfigModule;
const { bootstrap } = (await built('cli/setup/bootstrap.js')) as typeof BootstrapModule;
const { hostActor } = (await built('cli/host-actor.js')) as typeof HostActorModule;
const { serve } = (await built('cli/serve/serve.js')) as typeof ServeModule;
const { countCalls } = (await built('storage/counting.js')) as typeof CountingModule;

// Variables of the benchmark are no settings of Gatehouse.
const { BENCH_COST, BENCH_COUNTED, ...env } = process.env;

let counting: CountingModule.CountingStore | undefined;
const options: InstallationOptions = {
  ...(BENCH_COST !== undefined && { passwordCost: Number(BENCH_COST) }),
  ...(BENCH_COUNTED !== undefined && {
    watch(store) {
      // Change markers are read periodically, independent of requests.
      counting = countCalls(store, ['changeMarkers']);
      return counting.store;
    },
  }),
};

let jobs = 0;
let commits = 0;
// Published by src/storage/sqlite/writer-link.ts after each transaction.
subscribe('gatehouse:sqlite-writer-commits', (commit) => {
  commits++;
  jobs += (commit as { readonly jobs: number }).jobs;
});

takeOrders({
  /** Its output contains every user's password. */
  async bootstrap() {
    const lines: string[] = [];
    await bootstrap(hostActor(), readConfig(env), env, { line: (text) => lines.push(text) }, options);
    return { lines };
  },
  async serve() {
    const config = readConfig(env);
    const served = serve(config, env, options).then(() => process.exit());
    await Promise.race([served, ready(`http://127.0.0.1:${config.port}`)]);
    return {};
  },
  /** With the writes of the SQLite writer. */
  used: () => used({ jobs, commits }),
  async count() {
    counting?.reset();
    return {};
  },
  /** The store calls since the reset. */
  async counted() {
    return counting?.tally() ?? {};
  },
});
