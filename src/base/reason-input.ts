import { lineInput } from './text/text-input.js';

/** Why somebody does something, in their own words: one line. */
export const reasonInput = lineInput('reason', 500);
