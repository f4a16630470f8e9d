import { expect, test } from '@jest/globals';
import { showProgress } from '../../src/cli/output/show-progress.js';

test('a long run says every five seconds how far it is and how long it still takes; a short one nothing', () => {
  let at = 0;
  const lines: string[] = [];
  const show = showProgress(
    (line) => lines.push(line),
    () => at,
  );
  for (let done = 1; done <= 5000; done++) {
    at = done * 100;
    show(done, 5000);
  }
  expect(lines).toHaveLength(100);
  expect([lines[0], lines[89]]).toEqual([
    '50 of 5000 done, about 8 minutes left.',
    '4500 of 5000 done, about 50 seconds left.',
  ]);
});
