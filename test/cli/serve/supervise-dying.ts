/** Run by a test of the supervisor, with workers of another script. */
import cluster from 'node:cluster';
import { join } from 'node:path';
import { supervise } from '../../../src/cli/serve/supervise.js';

cluster.setupPrimary({ exec: join(import.meta.dirname, 'dying-worker.ts'), execArgv: process.execArgv });
await supervise({ processes: 2, stopDelayMs: 0, logLevel: 'info' }).catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? error.message : String(error));
});
