import { z } from 'zod';
import { below, problem, type Problem } from '../../base/problems/problem.js';
import { refusing } from '../../base/problems/read-input.js';
import { nearest } from '../../base/text/nearest-word.js';
import { LIMITATIONS } from './limitations.js';

const MOST_VALUES = 50;
const MOST_LIMITATIONS = 20;

/** One condition: a known kind and valid values for it. */
const limitationInput = z
  .strictObject({
    kind: z.string().max(50),
    values: z.array(z.string().max(4000)).min(1).max(MOST_VALUES),
  })
  .superRefine(
    refusing(({ kind, values }) => {
      const known = LIMITATIONS.get(kind);
      if (!known) return unknownLimitation(kind);
      return values.flatMap((value, at) => {
        const fault = known.fault(value);
        return fault ? below(['values', at], fault) : [];
      });
    }),
  );

function unknownLimitation(kind: string): Problem {
  const meant = nearest(kind, LIMITATIONS.keys());
  const known = [...LIMITATIONS.keys()];
  return problem('limitation-unknown', ['kind'], { kind, known, ...(meant !== undefined && { meant }) });
}

/** The limitations of one policy or assignment: all of them must hold. */
export const limitationsInput = z.array(limitationInput).max(MOST_LIMITATIONS);
