import { seconds } from '../../base/clock.js';

const EVERY = seconds(5);

/**
 * Reports the progress of a long run, and the estimated remaining time, every five seconds; a short one reports nothing.
 *
 * @param clock monotonic milliseconds
 */
export function showProgress(
  print: (line: string) => void,
  clock: () => number = () => performance.now(),
): (done: number, all: number) => void {
  const began = clock();
  let last = began;
  return (done, all) => {
    const at = clock();
    if (at - last < EVERY || done === 0) return;
    last = at;
    print(`${done} of ${all} done, about ${lasting(((at - began) / done) * (all - done))} left.`);
  };
}

const lasting = (ms: number): string => {
  const left = Math.max(1, Math.round(ms / 1000));
  if (left < 90) return `${left} seconds`;
  return `${Math.round(left / 60)} minutes`;
};
