import type { AuditTrail } from '../audit/audit-trail.js';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import type { Outgoing } from '../http/outgoing/outgoing.js';
import type { KeyRingService } from '../realm/keys/key-ring-service.js';
import { outboxJob } from '../jobs/outbox/outbox-job.js';
import { logoutOutbox } from '../sessions/logout/logout-outbox.js';
import type { Realm } from '../storage/store.js';
import { interactions } from './interactions/interaction-document.js';
import { pushedRequests } from './interactions/pushed-request-document.js';
import { tidyInteractionsJob } from './interactions/tidy-interactions.js';
import { issuerOf } from './provider.js';
import type { ClientLookup } from './requests/client-lookup.js';
import { backchannelLogout } from './sign-out/backchannel-logout.js';

interface OidcJobParts {
  readonly config: Pick<Config, 'issuer'>;
  readonly realm: Realm;
  readonly audit: Pick<AuditTrail, 'writes'>;
  readonly keys: Pick<KeyRingService, 'current'>;
  readonly clients: ClientLookup;
  readonly outgoing: Outgoing;
  readonly log: Logger;
}

/** Registrations of `oidc`: requests and sign-ins that wait, the job that forgets them, and back-channel logout. */
export const oidc = {
  specs: [interactions, pushedRequests],
  jobs({ realm, audit, config, ...services }: OidcJobParts) {
    const logoutTokens = backchannelLogout({ ...services, issuer: issuerOf(new URL(config.issuer)) });
    return [outboxJob(realm, logoutOutbox(realm, audit, logoutTokens)), tidyInteractionsJob(realm)];
  },
};
