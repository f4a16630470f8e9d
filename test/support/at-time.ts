import { jest } from '@jest/globals';

/** Does this work at another moment, from which the clock goes on as usual. */
export async function atTime<T>(at: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  const offset = at - real();
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => real() + offset);
  try {
    return await work();
  } finally {
    spy.mockRestore();
  }
}
