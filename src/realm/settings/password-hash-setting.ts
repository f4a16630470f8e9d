import { z } from 'zod';
import { refusedAs } from '../../base/problems/read-input.js';

/** argon2id with 7 MiB and 5 passes, the minimum that OWASP recommends, or equal work. */
const LEAST_ARGON2_WORK = 7168 * 5;

/**
 * The hash of new passwords, and of every password at the next sign-in. Both schemes have their own default parameters, so that
 * a realm can change between them by name.
 */
export const passwordHashSetting = z
  .strictObject({
    scheme: z.enum(['bcrypt', 'argon2id']).default('bcrypt'),
    /** Each increment doubles the work; 11 takes about 130 ms of a core. */
    bcryptCost: z.int().min(10).max(14).default(11),
    argon2MemoryKiB: z
      .int()
      .min(7168)
      .max(64 * 1024)
      .default(19_456),
    argon2Passes: z.int().min(1).max(10).default(2),
  })
  .refine(
    ({ argon2MemoryKiB, argon2Passes }) => argon2MemoryKiB * argon2Passes >= LEAST_ARGON2_WORK,
    refusedAs('argon2-work', { least: LEAST_ARGON2_WORK }, ['argon2Passes']),
  );

export type PasswordHashSetting = z.infer<typeof passwordHashSetting>;
