import type { Instant } from './clock.js';

/**
 * Anything that leads to access, as it is embedded in the user, group or client it goes out from.
 * Only its shape lies here; `access/` alone holds the rules and is the only caller of `replaceEdges`.
 */
export type Edge = {
  id: string;
  kind: EdgeKind;
  /** What the edge leads to: a role id, a group id, or, for a direct permission, `<resource server> <permission>`. */
  target: string;
  /** The actor who gave it, as `<kind>:<id>`. */
  grantedBy: string;
  grantedAt: Instant;
  /** Gives nothing before this moment; absent: from the start. */
  validFrom?: Instant;
  /** Gives nothing from this moment on; absent: no end. */
  validUntil?: Instant;
  reason?: string;
  limitations: Limitation[];
  /** For mapped access: the connector it came by, and when that last confirmed it. */
  source?: string;
  confirmedAt?: Instant;
};

export type EdgeKind = 'role' | 'permission' | 'membership' | 'customer-group';

/** A condition that only narrows; its meaning is given by the kind, in `access/limitations`. */
export type Limitation = { kind: string; values: string[] };
