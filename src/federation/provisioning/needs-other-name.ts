import type { Saved } from '../../changes/change-result.js';

/** Whether a change was refused for its username alone: it is taken, or looks like somebody else's. */
export const needsOtherName = (saved: Saved<unknown>): boolean =>
  !saved.ok && saved.refusal.problems.some(({ path }) => path[0] === 'username');
