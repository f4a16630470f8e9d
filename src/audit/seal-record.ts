import type { Instant } from '../base/clock.js';
import { canonicalJson } from '../base/canonical-json.js';
import { timeOrderedId } from '../base/crypto/ids.js';
import type { JsonObject } from '../base/json.js';
import type { Person, PersonalSealing } from '../changes/personal/personal-keys.js';
import type { RealmId } from '../storage/store.js';
import { type AuditEntry, peopleOf } from './audit-entry.js';
import type { AuditKeys } from './audit-keys.js';
import { type ActorPart, type AuditRecord, auditRecords } from './audit-record.js';

/** What seals and proves the records of one realm. */
export interface RecordSealing {
  readonly realm: RealmId;
  readonly keys: AuditKeys;
  /** Opened for the people of the entry: {@link peopleToSealFor}. */
  readonly personal: PersonalSealing;
}

/** The record of an entry. Pure, except for its id and the nonces of the seals. */
export function sealRecord({ realm, keys, personal }: RecordSealing, entry: AuditEntry, at: Instant): AuditRecord {
  const { by, subject } = entry;
  const id = timeOrderedId(at);
  const [actorPerson, subjectPerson] = peopleOf(entry);
  const sealed = (field: 'actor' | 'subject', part: JsonObject): { [field]?: string } => {
    if (Object.keys(part).length === 0) return {};
    const person = field === 'actor' ? actorPerson : subjectPerson;
    return { [field]: personal.seal(person, { collection: auditRecords.name, id, field }, JSON.stringify(part)) };
  };
  const record: Omit<AuditRecord, 'mac'> = {
    id,
    at: entry.at ?? at,
    kind: entry.kind,
    actorKind: by.kind,
    actorId: by.id,
    ...(subject && { subjectKind: subject.kind, subjectId: subject.id }),
    requestId: by.requestId,
    outcome: entry.outcome,
    ...(entry.why !== undefined && { why: entry.why }),
    ...(entry.clientId !== undefined && { clientId: entry.clientId }),
    ...(entry.details && { details: entry.details }),
    ...sealed('actor', actorPart(entry)),
    ...sealed('subject', { ...entry.subjectPart }),
    macKey: keys.currentId,
  };
  return { ...record, mac: keys.mac(textOfRecord(realm, record)) };
}

/** The people of {@link peopleOf} whose part of the record has content. */
export function peopleToSealFor(entry: AuditEntry): readonly Person[] {
  const [actorPerson, subjectPerson] = peopleOf(entry);
  return [
    ...(Object.keys(actorPart(entry)).length > 0 ? [actorPerson] : []),
    ...(Object.keys({ ...entry.subjectPart }).length > 0 ? [subjectPerson] : []),
  ];
}

function actorPart({ by, actorName, device, reason }: AuditEntry): ActorPart {
  return {
    ...(actorName !== undefined && { name: actorName }),
    ...(by.address !== undefined && { address: by.address }),
    ...(by.agent !== undefined && { agent: by.agent }),
    ...(device && { device }),
    ...(reason !== undefined && { reason }),
  };
}

/** The text that a record's MAC proves: all of it, in its realm. */
export function textOfRecord(realm: RealmId, record: Omit<AuditRecord, 'mac'> & { version?: number }): string {
  const { pending: _pending, version: _version, ...proved } = record;
  const { mac: _mac, ...rest } = proved as typeof proved & { mac?: string };
  return canonicalJson([realm, rest]);
}

/** Whether a process of this installation wrote this record, and nobody changed it since. */
export const isOurs = (keys: Pick<AuditKeys, 'checkMac'>, realm: RealmId, record: AuditRecord): boolean =>
  textIfOurs(keys, realm, record) !== undefined;

/** The text of a record whose MAC is right; undefined for any other. */
export function textIfOurs(keys: Pick<AuditKeys, 'checkMac'>, realm: RealmId, record: AuditRecord): string | undefined {
  try {
    // The text does not contain this field, which no record has with another value.
    if (record.pending !== undefined && !record.pending) return undefined;
    const text = textOfRecord(realm, record);
    return keys.checkMac(record.macKey, text, record.mac) ? text : undefined;
  } catch {
    // Whoever writes to the database can leave values there that no record of ours has.
    return undefined;
  }
}
