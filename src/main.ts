#!/usr/bin/env node
/** The entry point. Everything but these preparations runs after them. */
import './base/close-object-prototype.js';
import { saveMemory } from './base/memory.js';
import { availableParallelism } from 'node:os';

// Hashes and signatures share libuv's pool, whose size is read at its first use. The hash queue takes half of it, so it must
// have the size that the queue assumes (LIBUV_POOL). Commands that serve no requests hash many passwords in parallel.
const inBulk = ['bootstrap', 'apply'].includes(process.argv[2] ?? '');
process.env['UV_THREADPOOL_SIZE'] = String(inBulk ? Math.max(4, availableParallelism()) : 4);
if (inBulk) saveMemory();

// A closed output (`| head -1`) ends the printing, not the work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.on('exit', () => (process.exitCode = 1));
  });
}

// Imported later: an older Node.js fails when it imports missing features.
const { nodeTooOld } = await import('./cli/serve/node-version.js');
const tooOld = nodeTooOld(process.versions.node);
if (tooOld === undefined) {
  const { runCommand } = await import('./cli/command.js');
  process.exitCode = await runCommand(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 1;
}
