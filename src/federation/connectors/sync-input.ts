import { z } from 'zod';

/** How a connector is synchronized. */
export const syncInput = z.strictObject({
  /** Minutes from one run to the next. Absent: only on demand. */
  every: z.int().min(5).max(10_080).exactOptional(),
  /** Hours after which a run reads everybody again, where the others read only what changed. */
  full: z.int().min(1).max(720).default(24),
  /** A run that takes more than one of these from any scope stops, and waits for an administrator. */
  limits: z
    .strictObject({ count: z.int().min(0).max(1_000_000).default(10), percent: z.number().min(0).max(100).default(5) })
    .prefault({}),
});

export type SyncSettings = z.output<typeof syncInput>;

const DEFAULTS = syncInput.parse({});

/** The settings of a connector, or the usual ones. Pure. */
export const syncSettings = ({ sync }: { readonly sync?: SyncSettings }): SyncSettings => sync ?? DEFAULTS;
