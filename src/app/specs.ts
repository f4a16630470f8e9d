import { roles } from '../access/model/role.js';
import { auditRecords } from '../audit/audit-record.js';
import { changeMarkers } from '../changes/caching/change-marker.js';
import { history } from '../changes/history.js';
import { removalNotes } from '../changes/removal/remove-recorded.js';
import { behaviours } from '../identity/activity/activity.js';
import { credentials } from '../identity/passwords/credential.js';
import { delays } from '../identity/throttling/throttle-entry.js';
import { groups } from '../identity/groups/group.js';
import { identifiers } from '../identity/identifiers/identifier.js';
import { nameTurns } from '../identity/identifiers/lookalike-usernames.js';
import { secondFactors } from '../identity/second-factor/second-factor.js';
import { users } from '../identity/users/user.js';
import { usedUserIds } from '../realm/used-user-id.js';
import { interactions } from '../oidc/interactions/interaction-document.js';
import { pushedRequests } from '../oidc/interactions/pushed-request-document.js';
import { jobRuns } from '../jobs/job.js';
import { clients } from '../realm/clients/client.js';
import { keyRings } from '../realm/keys/key-ring.js';
import { resourceServers } from '../realm/resource-servers/resource-server.js';
import { settings as settingsSpec } from '../realm/settings/settings.js';
import { consents } from '../sessions/consents/consent.js';
import { grants } from '../sessions/grants/grant.js';
import { sessions } from '../sessions/session.js';
import { tokens } from '../sessions/tokens/token.js';
import { usedOnce } from '../sessions/tokens/replay-guard.js';
import { counters } from '../storage/counters.js';
import { OUTBOX_SPECS } from './outbox-kinds.js';

/** Every kind of document of every module. Storage adds its own. */
export const SPECS = [
  auditRecords,
  behaviours,
  changeMarkers,
  clients,
  consents,
  counters,
  credentials,
  delays,
  grants,
  groups,
  history,
  identifiers,
  interactions,
  jobRuns,
  keyRings,
  nameTurns,
  pushedRequests,
  removalNotes,
  resourceServers,
  roles,
  secondFactors,
  sessions,
  settingsSpec,
  tokens,
  usedOnce,
  usedUserIds,
  users,
  ...OUTBOX_SPECS,
];
