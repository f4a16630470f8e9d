import type { RequestListener } from 'node:http';

/**
 * Dispatches each request to an application built from the current value. When the value changes, a new one is built for new
 * requests; those in progress finish where they began.
 *
 * @param current cheap, and returns the same object until something changes
 */
export function swapped<T extends object>(current: () => T, build: (from: T) => RequestListener): RequestListener {
  let from = current();
  let built = build(from);
  return (req, res) => {
    const latest = current();
    if (latest !== from) {
      built = build(latest);
      from = latest;
    }
    built(req, res);
  };
}
