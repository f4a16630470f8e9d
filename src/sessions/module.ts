import type { AuditKeys } from '../audit/audit-keys.js';
import { consents } from './consents/consent.js';
import { grants } from './grants/grant.js';
import { logoutDeliveries } from './logout/logout-delivery.js';
import { logouts } from './logout/logout.js';
import { userLogout } from './logout/user-logout.js';
import { sessions as sessionsSpec } from './session.js';
import { allSessionsEnded } from './session-ended.js';
import { usedOnce } from './tokens/replay-guard.js';
import { tokens } from './tokens/token.js';

/** Registrations of `sessions`: sessions, grants, tokens and logouts. A change that ends a user's sessions writes a logout and a record. */
export const sessions = {
  specs: [consents, grants, logoutDeliveries, logouts, sessionsSpec, tokens, usedOnce],
  contributors: ({ auditKeys }: { readonly auditKeys: AuditKeys }) => [userLogout, allSessionsEnded(auditKeys)],
};
