import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { gatherLines } from '../../src/app/log-output.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the lines of one turn are written together, in their order', async () => {
  const writes: string[] = [];
  const log = pino(
    { base: null, timestamp: false },
    gatherLines((lines) => writes.push(lines)),
  );
  log.info('one');
  log.warn('two');
  await Promise.resolve();
  log.info('three');
  expect(writes).toEqual([]);
  await nextTurn();
  log.info('four');
  await nextTurn();
  await nextTurn();
  expect(writes).toEqual([
    '{"level":30,"msg":"one"}\n{"level":40,"msg":"two"}\n{"level":30,"msg":"three"}\n',
    '{"level":30,"msg":"four"}\n',
  ]);
});

test.each([
  ['exits', 'process.exit(3)', 3],
  ['fails', 'throw new Error("a bug")', 1],
])('a process that %s has written every line', async (_name, end, code) => {
  const program = `
    const { pino } = await import('pino');
    const { logOutput } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/app/log-output.js'))});
    const log = pino({}, logOutput());
    process.nextTick(() => { log.error('the last words'); ${end}; });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [ended] = (await once(child, 'close')) as [number];
  expect(ended).toBe(code);
  expect(out).toContain('the last words');
});
