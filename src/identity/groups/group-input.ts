import { z } from 'zod';
import { linesInput, nameInput } from '../../base/text/text-input.js';

/** A group as requested. Its access and its place among groups are assignments. */
export const groupInput = z.strictObject({
  name: nameInput('A group name', 255),
  type: z.enum(['segment', 'customer-group']).exactOptional(),
  description: linesInput('A description', 500).exactOptional(),
  rule: z.string().max(2000).exactOptional(),
  segmentGroup: nameInput('A group of segments', 255).exactOptional(),
});
