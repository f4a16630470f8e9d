/**
 * Limits every wait: after this many milliseconds it is rejected with `late`. The work itself continues.
 *
 * Waits end in the order in which they began, so one timer serves all; it keeps no process alive.
 */
export function deadlines(after: number, late: () => Error): <T>(work: Promise<T>) => Promise<T> {
  const waiting = new Set<WaitingWork>();
  let timer: NodeJS.Timeout | undefined;

  function watch(): void {
    const [oldest] = waiting;
    if (timer || !oldest) return;
    // After a pause of the whole process, available answers are processed before any wait is given up.
    timer = setTimeout(() => setImmediate(giveUp), oldest.until - performance.now()).unref();
  }
  function giveUp(): void {
    timer = undefined;
    const error = late();
    for (const one of waiting) {
      if (one.until > performance.now()) break;
      waiting.delete(one);
      one.reject(error);
    }
    watch();
  }

  return (work) =>
    new Promise((resolve, reject) => {
      const one = { until: performance.now() + after, reject };
      waiting.add(one);
      watch();
      work.then(resolve, reject).finally(() => waiting.delete(one));
    });
}

interface WaitingWork {
  readonly until: number;
  readonly reject: (error: Error) => void;
}
