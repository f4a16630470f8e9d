/** The last lines of scripts/test: the slowest test files, what else failed (its arguments), and the sum. Leaves with 1 unless all is well. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const failedChecks = process.argv.slice(2);
/** Written by test/support/tally.mjs; without it, jest did not come to its end. */
const tally = await readFile(join(import.meta.dirname, '../.cache/tests.json'), 'utf8').then(JSON.parse, () => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  slowest: [],
}));

const lines = tally.slowest.map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
if (lines.length > 0) lines.unshift('The slowest test files:');
if (tally.skipped > 0) lines.push(`${tally.skipped} skipped`);
if (failedChecks.length > 0) lines.push(`Failed beside the tests: ${failedChecks.join(', ')}`);
const failed = tally.failed + failedChecks.length;
lines.push(`${tally.passed} passed, ${failed} failed`);
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = failed === 0 ? 0 : 1;
