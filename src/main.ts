#!/usr/bin/env node
/** The process. Everything but these lines of preparation begins after them. */
import './base/close-object-prototype.js';
import { saveMemory } from './base/memory.js';
import { availableParallelism } from 'node:os';

// Hashes and signatures share libuv's pool, whose size is read at its first use. The hash queue takes half of it, so it
// must be what the queue counts on (LIBUV_POOL). Where nobody is answered meanwhile, many passwords are hashed at once.
const inBulk = ['bootstrap', 'apply'].includes(process.argv[2] ?? '');
process.env['UV_THREADPOOL_SIZE'] = String(inBulk ? Math.max(4, availableParallelism()) : 4);
if (inBulk) saveMemory();

// A reader that has gone (`| head -1`) ends the printing, not the work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.on('exit', () => (process.exitCode = 1));
  });
}

// Imported only then: an older Node.js fails at the import of what it lacks.
const { nodeTooOld } = await import('./cli/serve/node-version.js');
const tooOld = nodeTooOld(process.versions.node);
if (tooOld === undefined) {
  const { runCommand } = await import('./cli/command.js');
  process.exitCode = await runCommand(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
