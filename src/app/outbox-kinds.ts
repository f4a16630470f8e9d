import type { Job } from '../jobs/job.js';
import type { OutboxKind } from '../jobs/outbox/outbox.js';
import { outboxJob } from '../jobs/outbox/outbox-job.js';
import { backchannelLogout, type LogoutSenderParts } from '../oidc/sign-out/backchannel-logout.js';
import { logoutDeliveries } from '../sessions/logout/logout-delivery.js';
import { logoutOutbox } from '../sessions/logout/logout-outbox.js';
import { logouts } from '../sessions/logout/logout.js';
import type { AnySpec } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';

/** The dependencies of all kinds of delivery. */
interface OutboxParts extends LogoutSenderParts {
  readonly realm: Realm;
}

interface Registration {
  readonly specs: readonly AnySpec[];
  readonly open: (parts: OutboxParts) => OutboxKind;
}

/** Every kind of delivery. A new one is a line here, with its documents, beside the folder that holds it. */
const OUTBOXES: readonly Registration[] = [
  { specs: [logoutDeliveries, logouts], open: (parts) => logoutOutbox(parts.realm, backchannelLogout(parts)) },
];

export const OUTBOX_SPECS = OUTBOXES.flatMap(({ specs }) => specs);

/** The background jobs that send the deliveries, one for each kind. */
export const outboxJobs = (parts: OutboxParts): readonly Job[] =>
  OUTBOXES.map(({ open }) => outboxJob(parts.realm, open(parts)));
