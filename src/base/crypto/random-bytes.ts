import { randomFillSync } from 'node:crypto';

/** Taken from the system so much at a time: asking it costs more than the bytes do. */
const POOL = 4096;
const pool = Buffer.alloc(POOL);
let used = POOL;

/**
 * So many bytes that nobody can guess, as `randomBytes` gives them. Each is given once, and then forgotten here.
 * @throws RangeError for more than are taken at a time
 */
export function random(bytes: number): Buffer {
  if (bytes > POOL) throw new RangeError(`${bytes} random bytes are more than ${POOL}.`);
  if (used + bytes > POOL) {
    randomFillSync(pool);
    used = 0;
  }
  const given = Buffer.from(pool.subarray(used, used + bytes));
  pool.fill(0, used, used + bytes);
  used += bytes;
  return given;
}
