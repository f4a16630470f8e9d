import { z } from 'zod';
import type { Patch } from '../../changes/patched-input.js';
import { linesInput, nameInput } from '../../base/text/text-input.js';

/** A group as requested. Its access and its place among groups are assignments. */
export const groupInput = z.strictObject({
  name: nameInput('group-name', 255),
  type: z.enum(['segment', 'customer-group']).exactOptional(),
  description: linesInput('description', 500).exactOptional(),
  rule: z.string().max(2000).exactOptional(),
  segmentGroup: nameInput('segment-group', 255).exactOptional(),
});

export type GroupPatch = Patch<z.input<typeof groupInput>>;
