import { ACCESS_KINDS } from './kinds/access-kinds.js';
import { PROTOCOL_KINDS } from './kinds/protocol-kinds.js';
import { REALM_KINDS } from './kinds/realm-kinds.js';
import { SIGN_IN_KINDS } from './kinds/sign-in-kinds.js';
import { TRAIL_KINDS } from './kinds/trail-kinds.js';
import { USER_KINDS } from './kinds/user-kinds.js';

/** Every kind of record, by what it concerns. docs/audit.md is made from this table (`npm run audit-page`). */
export const KINDS_BY_TOPIC = {
  'Sign-in, sessions and consent': SIGN_IN_KINDS,
  'The protocol': PROTOCOL_KINDS,
  'Accounts of users': USER_KINDS,
  'Groups and roles': ACCESS_KINDS,
  'Clients, resource servers, settings and keys': REALM_KINDS,
  'The audit trail itself': TRAIL_KINDS,
} as const;

/** Every kind of record that can be recorded. */
export const KINDS = {
  ...SIGN_IN_KINDS,
  ...PROTOCOL_KINDS,
  ...USER_KINDS,
  ...ACCESS_KINDS,
  ...REALM_KINDS,
  ...TRAIL_KINDS,
} as const;

export type AuditKind = keyof typeof KINDS;

/** Whether the registry has this kind. Modules below name their events by strings. */
export const isAuditKind = (kind: string): kind is AuditKind => Object.hasOwn(KINDS, kind);
