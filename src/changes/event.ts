import type { Instant } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { RealmId } from '../storage/store.js';

/** That something changed. Each part declares its own kinds; only `app.ts` names their union. */
export interface Event {
  /** `<thing>.<what happened>`, past tense: `user.created`. */
  readonly kind: string;
  readonly realm: RealmId;
  readonly subject: { readonly kind: string; readonly id: string };
  /** What the spec marks `audited`, before and after. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly reason?: string;
  /** The version that this change ends, for history: only what decides access. */
  readonly ended?: { readonly version: number; readonly from: Instant; readonly access: JsonObject };
}
