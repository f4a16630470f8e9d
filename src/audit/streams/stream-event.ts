import type { JsonObject } from '../../base/json.js';
import type { RealmId } from '../../storage/store.js';
import type { Opened, OpenedRecord } from '../audit-trail.js';
import type { ActorPart, SubjectPart } from '../audit-record.js';
import type { AuditLink } from '../chain/audit-link.js';

/** A link of the chain, and its record unless retention removed it. */
export interface ChainedRecord {
  readonly link: AuditLink;
  readonly record?: OpenedRecord;
  /** The stored record is not the one that the link was made for. */
  readonly isAltered?: true;
}

/**
 * What a receiver gets of a record: one JSON object, with its place in the chain. The parts of erased people say so, and so do
 * records that retention removed or somebody altered. Pure.
 *
 * @param withPersonal whether names, addresses, agents, reasons and values before and after are sent
 */
export function streamEvent(
  realm: RealmId,
  { link, record, isAltered }: ChainedRecord,
  { withPersonal }: { readonly withPersonal: boolean },
): JsonObject {
  const { id, sequence, kind, at, digest, previous, keyId, signature } = link;
  const place = { sequence, id, realm, kind, at: new Date(at).toISOString() };
  const chain = { digest, previous, keyId, signature };
  if (!record) return { ...place, removed: true, chain };
  const { actorKind, actorId, subjectKind, subjectId, requestId, outcome, why, clientId, details } = record;
  const part = (opened: Opened<ActorPart> | Opened<SubjectPart> | undefined): JsonObject => {
    if (opened === undefined || !withPersonal) return {};
    return typeof opened === 'string' ? { [opened]: true } : { ...opened };
  };
  const subjectPart = part(record.subject);
  const subject = {
    ...(subjectKind !== undefined && { kind: subjectKind }),
    ...(subjectId !== undefined && { id: subjectId }),
    ...subjectPart,
  };
  return {
    ...place,
    outcome,
    ...(why !== undefined && { why }),
    actor: { kind: actorKind, id: actorId, ...part(record.actor) },
    ...(Object.keys(subject).length > 0 && { subject }),
    ...(clientId !== undefined && { clientId }),
    requestId,
    ...(details && { details }),
    ...(isAltered && { altered: true }),
    chain,
  };
}
