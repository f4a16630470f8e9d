/** A jest reporter: keeps the numbers and the ten slowest files of the run in .cache/tests.json, for scripts/closing-lines.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const file = join(root, '.cache/tests.json');

export default class Tally {
  onRunComplete(_contexts, results) {
    const slowest = results.testResults
      .map(({ testFilePath, perfStats }) => ({ file: relative(root, testFilePath), ms: perfStats.runtime }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, 10);
    const tally = {
      passed: results.numPassedTests,
      // A file that could not run at all has no failed test of its own.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      slowest,
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(tally));
  }
}
