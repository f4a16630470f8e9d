import { z } from 'zod';
import type { Instant } from './clock.js';
import { refusedAs } from './problems/read-input.js';

const datetime = z.iso.datetime({ offset: true });

/** A time with a zone (RFC 3339), read as milliseconds. Without a zone it would differ between machines. */
export const momentInput = z
  .string()
  .refine((text) => datetime.safeParse(text).success, refusedAs('moment-form', {}))
  .transform((text): Instant => Date.parse(text));
