import type { RequestListener } from 'node:http';

/**
 * Gives each request to what was built from what is current: when that is another one than before, it is built anew, and takes the
 * requests that come from then on. Those under way end where they began.
 *
 * @param current costs next to nothing, and gives the same object until something is different
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
