import { expect, test } from '@jest/globals';
import { equalRefusals } from '../../src/identity/userstores/equal-time.js';

test('a quick refusal takes as long as the slowest recent one, and an outage sets no measure', async () => {
  const refused = equalRefusals();
  const waited = async (took: number): Promise<number> => {
    const begun = performance.now();
    await refused(took);
    return performance.now() - begun;
  };
  expect(await waited(100)).toBeLessThan(50);
  expect(await waited(10)).toBeGreaterThan(80);
  expect(await waited(5000)).toBeLessThan(50);
  expect(await waited(50)).toBeLessThan(60);
});
