/**
 * `npm run dev`: what ./scripts/start runs, built and started again whenever a file under src/, views/ or examples/ changes. A change that does not
 * build leaves the program running as it was. Ctrl-C ends all of it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
/** Editors write a file in several steps, and a branch switch writes many files. */
const SETTLED_MS = 150;

const build = () => spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' }).status === 0;
const start = () => spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, stdio: 'inherit' });

let changes = 0;
let wake = () => undefined;
for (const folder of ['src', 'views', 'examples']) {
  watch(join(root, folder), { recursive: true }, () => {
    changes++;
    wake();
  });
}

let running;
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isEnding = true;
    running?.kill('SIGINT');
    wake();
  });
}

while (!isEnding) {
  if (build()) {
    if (running && running.exitCode === null) {
      running.kill('SIGINT');
      await once(running, 'exit');
    }
    running = start();
  }
  const seen = changes;
  while (changes === seen && !isEnding) await new Promise((resolve) => (wake = resolve));
  for (let before = -1; before !== changes && !isEnding;) {
    before = changes;
    await delay(SETTLED_MS);
  }
}
if (running && running.exitCode === null) await once(running, 'exit');
process.exit(0);
