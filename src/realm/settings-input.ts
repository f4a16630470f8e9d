import { z } from 'zod';

const DAY = 86_400;

/** A realm's settings as they are asked for. What is left out gets its default; what is not named here is refused. */
export const settingsInput = z
  .strictObject({
    name: z.string().trim().min(1).max(200).default('Gatehouse'),
    session: z
      .strictObject({
        idleSeconds: z
          .int()
          .min(60)
          .max(30 * DAY)
          .default(DAY / 2),
        absoluteSeconds: z
          .int()
          .min(60)
          .max(90 * DAY)
          .default(7 * DAY),
      })
      .prefault({}),
    refreshTokenIdleSeconds: z
      .int()
      .min(60)
      .max(365 * DAY)
      .default(14 * DAY),
  })
  .refine(({ session }) => session.idleSeconds <= session.absoluteSeconds, {
    path: ['session', 'idleSeconds'],
    message: 'A session cannot be allowed to lie idle for longer than it may last at all (absoluteSeconds).',
  });

export type SettingsInput = z.infer<typeof settingsInput>;
