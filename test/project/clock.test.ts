/** The moved clock of the test host, against a small program that asks the time in every way. */
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startMovedProcess, type MovedProcess } from '../support/host/moved-process.js';

const teller = join(import.meta.dirname, 'stand-in/clock-teller.ts');
const HOUR = 3_600_000;
/** The time that a slow machine may take between two readings. */
const SLACK = 20_000;
interface Told {
  seenAtImport: number;
  now: number;
  constructed: number;
  called: number;
  derived: number;
  viaPrototype: number;
  inWorker: number;
  given: number;
  isDate: boolean;
  left: string;
}

let started: MovedProcess;
afterEach(() => started.kill());

const tell = async (): Promise<Told> => (await started.ask('tell')) as Told;

test('every way of asking the time is moved, in workers too', async () => {
  started = startMovedProcess(teller);
  const before = await tell();
  expect(Math.abs(before.now - Date.now())).toBeLessThan(SLACK);
  await started.advance(HOUR);
  const after = await tell();
  for (const way of ['now', 'constructed', 'called', 'derived', 'viaPrototype', 'inWorker'] as const) {
    expect(after[way] - before[way]).toBeGreaterThanOrEqual(HOUR);
    expect(after[way] - before[way]).toBeLessThan(HOUR + SLACK);
  }
  expect(after.given).toBe(5);
  expect(after.isDate).toBe(true);
});

test('a process can start ahead, before its first import asks', async () => {
  started = startMovedProcess(teller, { aheadMs: 10 * HOUR });
  const answer = await tell();
  expect(answer.seenAtImport - Date.now()).toBeGreaterThan(9 * HOUR);
  expect(answer.left).toBe('nothing');
});

test('it never moves back', async () => {
  started = startMovedProcess(teller);
  await expect(started.advance(-1)).rejects.toThrow(RangeError);
  await expect(started.advance(Number.NaN)).rejects.toThrow(RangeError);
});

test('its output is kept, and it ends when told', async () => {
  started = startMovedProcess(teller);
  await tell();
  await started.stop();
  expect(await started.ended).toBe(0);
  expect(started.output()).toContain('ending');
});

test('an order to a process that has ended fails with what it said', async () => {
  started = startMovedProcess(teller);
  await tell();
  await started.stop();
  await expect(started.ask('tell')).rejects.toThrow(/closed|ended/i);
});
