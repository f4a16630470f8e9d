import { randomFillSync } from 'node:crypto';

/** The number of bytes taken from the system at once: a system call costs more than the bytes. */
const POOL = 4096;
const pool = Buffer.alloc(POOL);
let used = POOL;

/**
 * Random bytes like those of `randomBytes`. Each byte is returned once and then erased here.
 * @throws RangeError for more bytes than are taken at once
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
