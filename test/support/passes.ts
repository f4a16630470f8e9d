import { jest } from '@jest/globals';

/** The clock of this process goes on by so many milliseconds, and stands still there; `jest.restoreAllMocks()` lets it go. */
export function passes(ms: number): void {
  const at = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => at);
}
