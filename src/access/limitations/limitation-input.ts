import { z } from 'zod';
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
  .superRefine(({ kind, values }, context) => {
    const known = LIMITATIONS.get(kind);
    if (!known) {
      const meant = nearest(kind, LIMITATIONS.keys());
      const message = `There is no limitation ${JSON.stringify(kind)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
      context.addIssue({
        code: 'custom',
        path: ['kind'],
        message: `${message} Known: ${[...LIMITATIONS.keys()].join(', ')}.`,
      });
      return;
    }
    values.forEach((value, at) => {
      const fault = known.fault(value);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: ['values', at], message: fault });
    });
  });

/** The limitations of one policy or assignment: all of them must hold. */
export const limitationsInput = z.array(limitationInput).max(MOST_LIMITATIONS);
