import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { returnMemory } from '../../src/app/return-memory.js';

describe('memory', () => {
  const process = { held: 100, utilization: 0, collected: 0 };
  let stop: () => void;
  beforeEach(() => {
    jest.useFakeTimers();
    Object.assign(process, { held: 100, utilization: 0, collected: 0 });
    stop = returnMemory({
      held: () => process.held,
      utilization: () => process.utilization,
      collect() {
        process.collected++;
        process.held = 120;
      },
    });
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  test('goes back once the process is quiet after a busy time', () => {
    Object.assign(process, { held: 400, utilization: 0.9 });
    jest.advanceTimersByTime(60_000);
    expect(process.collected).toBe(0);
    process.utilization = 0.01;
    jest.advanceTimersByTime(10_000);
    expect(process.collected).toBe(1);
  });

  test('is not collected again and again where it is needed, nor where little more is held', () => {
    process.held = 149;
    jest.advanceTimersByTime(600_000);
    expect(process.collected).toBe(0);
    process.held = 400;
    jest.advanceTimersByTime(10_000);
    process.held = 400;
    jest.advanceTimersByTime(50_000);
    expect(process.collected).toBe(1);
    jest.advanceTimersByTime(10_000);
    expect(process.collected).toBe(2);
  });

  test('is left alone once the process stops', () => {
    stop();
    process.held = 400;
    jest.advanceTimersByTime(60_000);
    expect(process.collected).toBe(0);
  });
});
