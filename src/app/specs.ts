import { roles } from '../access/role.js';
import { auditRecords } from '../audit/audit-record.js';
import { changeMarkers } from '../changes/change-marker.js';
import { history } from '../changes/history.js';
import { removalNotes } from '../changes/removal.js';
import { behaviours } from '../identity/behaviour.js';
import { credentials } from '../identity/credential.js';
import { delays } from '../identity/delay.js';
import { groups } from '../identity/group.js';
import { identifiers } from '../identity/identifier.js';
import { nameTurns } from '../identity/lookalikes.js';
import { secondFactors } from '../identity/second-factor.js';
import { users } from '../identity/user.js';
import { usedUserIds } from '../realm/used-user-id.js';
import { interactions } from '../oidc/interaction-document.js';
import { pushedRequests } from '../oidc/pushed-request-document.js';
import { jobRuns } from '../jobs/job.js';
import { clients } from '../realm/client.js';
import { keyRings } from '../realm/key-ring.js';
import { resourceServers } from '../realm/resource-server.js';
import { settings as settingsSpec } from '../realm/settings.js';
import { consents } from '../sessions/consent.js';
import { grants } from '../sessions/grant.js';
import { logoutDeliveries } from '../sessions/logout/delivery.js';
import { logouts } from '../sessions/logout/logout.js';
import { sessions } from '../sessions/session.js';
import { tokens } from '../sessions/token.js';
import { usedOnce } from '../sessions/used-once.js';
import { counters } from '../storage/limiter.js';

/** What the house keeps: every kind of document of every part. Storage adds its own. */
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
  logoutDeliveries,
  logouts,
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
];
