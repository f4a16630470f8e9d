/** However a command ends, it closes what it opened, and reports its own error. */
import { expect, test } from '@jest/globals';
import { closedAfter } from '../../src/cli/with-parts.js';

const fine = () => Promise.resolve();
const broken = () => Promise.reject(new Error('could not be closed'));
const refused = () => Promise.reject(new Error('there is no client shop'));

function opened(closing: () => Promise<void>) {
  const open = {
    closed: 0,
    close: () => {
      open.closed += 1;
      return closing();
    },
  };
  return open;
}

test('what was opened is closed once, after a command that went well and after one that did not', async () => {
  const [well, badly] = [opened(fine), opened(fine)];
  expect(await closedAfter(well, () => Promise.resolve('done'))).toBe('done');
  await expect(closedAfter(badly, refused)).rejects.toThrow('there is no client shop');
  expect([well.closed, badly.closed]).toEqual([1, 1]);
});

test('an error while closing never hides that of the command, and is told where there is none', async () => {
  const open = opened(broken);
  await expect(closedAfter(open, refused)).rejects.toThrow('there is no client shop');
  expect(open.closed).toBe(1);
  await expect(closedAfter(opened(broken), fine)).rejects.toThrow('could not be closed');
});
