/** Runs two of the small servers together, as scripts/start.mjs does with the real ones. */
import { join } from 'node:path';
import { together } from '../../../scripts/together.mjs';

const [, , logFile, ...ports] = process.argv;
const programs = together({ cwd: import.meta.dirname, env: process.env, logFile });
try {
  await programs.first('The first', ['-e', 'console.log("made once")']);
  for (const port of ports) {
    await programs.keep(
      `Program ${port}`,
      [join(import.meta.dirname, 'program.mjs'), port],
      `http://127.0.0.1:${port}/`,
    );
  }
  console.log('all up');
} catch (error) {
  await programs.end(1, error.message);
}
