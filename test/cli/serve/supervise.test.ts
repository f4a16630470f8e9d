import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');

test('a supervisor survives workers that die while it writes to them', async () => {
  const preload = join(root, 'test/support/typescript-child.mjs');
  const script = ['--disable-warning=ExperimentalWarning', '--import', preload, 'test/cli/serve/supervise-dying.ts'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, script, { cwd: root });
  // Where a busy machine notices each end before it writes, this shows nothing, and is not wrong.
  expect([stderr, stdout.includes('a worker ended and is replaced')]).toEqual([
    'worker 2 ended 8 times in a row, last with SIGKILL; the log says why.',
    true,
  ]);
});
