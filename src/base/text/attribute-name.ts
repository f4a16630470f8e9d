import { z } from 'zod';
import { isPrototypeName, PROTOTYPE_NAME_FAULT } from './prototype-names.js';

/** The form of an attribute name. */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;

/** The name of an attribute, wherever attributes are set or read. */
export const attributeNameInput = z
  .string()
  .regex(ATTRIBUTE_NAME, {
    error: 'The name of an attribute begins with a letter and has letters, digits and . _ - in it, 100 at most.',
    abort: true,
  })
  .refine((name) => !isPrototypeName(name), {
    error: ({ input }) => `${JSON.stringify(input)} ${PROTOTYPE_NAME_FAULT}`,
  });
