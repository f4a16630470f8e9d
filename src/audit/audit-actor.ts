import type { Actor } from '../changes/actor.js';
import type { AuditRecord, Personal } from './audit-record.js';

export const actorFields = (by: Actor): Pick<AuditRecord, 'actorKind' | 'actorId' | 'requestId'> => ({
  actorKind: by.kind,
  actorId: by.id,
  requestId: by.requestId,
});

export const networkOf = (by: Actor): Personal => ({
  ...(by.address !== undefined && { address: by.address }),
  ...(by.agent !== undefined && { agent: by.agent }),
});
