import { now } from '../base/clock.js';
import { type OpenedPart, type PersonalKeys, SEALS_NOTHING } from '../changes/personal/personal-keys.js';
import type { Realm } from '../storage/store.js';
import type { Write } from '../storage/write.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditKeys } from './audit-keys.js';
import { type ActorPart, type AuditRecord, auditRecords, type SubjectPart } from './audit-record.js';
import { insertRecord, recordWrites } from './pending-mark.js';
import { peopleToSealFor, sealRecord } from './seal-record.js';

/** A personal part as read; `erased` if the person was, `unreadable` if somebody changed it or its key in the store. */
export type Opened<Part> = Part | 'erased' | 'unreadable';

/** A record with its personal parts opened. */
export type OpenedRecord = Omit<AuditRecord, 'actor' | 'subject'> & {
  readonly actor?: Opened<ActorPart>;
  readonly subject?: Opened<SubjectPart>;
};

/** The audit records of one realm: writing and opening them. Changes record themselves, through `auditChange`. */
export interface AuditTrail {
  /** Records what no change carries: one message. @throws StoreUnavailable */
  record(entry: AuditEntry): Promise<void>;
  /** The writes that record these in a commit of the caller. @throws StoreUnavailable */
  writes(entries: readonly AuditEntry[]): Promise<readonly Write[]>;
  /** The records of these, which the caller writes with their marks (see `pending-mark`). No store call if nothing in them is personal. @throws StoreUnavailable */
  seal(entries: readonly AuditEntry[]): Promise<readonly AuditRecord[]>;
  /** Opens the personal parts of these, in order. One store call at most. @throws StoreUnavailable */
  open(records: readonly AuditRecord[]): Promise<readonly OpenedRecord[]>;
}

export function auditTrail(parts: {
  readonly realm: Realm;
  readonly keys: AuditKeys;
  readonly personal: PersonalKeys;
}): AuditTrail {
  const { realm, keys, personal } = parts;

  async function seal(entries: readonly AuditEntry[]): Promise<readonly AuditRecord[]> {
    const at = now();
    const people = entries.flatMap(peopleToSealFor);
    const opened = people.length === 0 ? SEALS_NOTHING : await personal.sealingFor(people, at);
    const sealing = { realm: realm.id, keys, personal: opened };
    return entries.map((entry) => sealRecord(sealing, entry, at));
  }

  return {
    async record(entry) {
      for (const record of await seal([entry])) await insertRecord(realm, record);
    },
    seal,
    writes: async (entries) => (await seal(entries)).flatMap(recordWrites),
    async open(records) {
      const sealedParts = records.flatMap(({ id, actor, subject }) => [
        ...(actor === undefined ? [] : [{ at: { collection: auditRecords.name, id, field: 'actor' }, sealed: actor }]),
        ...(subject === undefined
          ? []
          : [{ at: { collection: auditRecords.name, id, field: 'subject' }, sealed: subject }]),
      ]);
      const opened = (await personal.open(sealedParts)).values();
      const next = <Part>(sealedPart: string | undefined): Opened<Part> | undefined =>
        sealedPart === undefined ? undefined : partOf(opened.next().value);
      return records.map(({ actor, subject, ...record }): OpenedRecord => {
        const [actorPart, subjectPart] = [next<ActorPart>(actor), next<SubjectPart>(subject)];
        return { ...record, ...(actorPart && { actor: actorPart }), ...(subjectPart && { subject: subjectPart }) };
      });
    },
  };
}

// Sealed by this module, and authenticated when it was opened.
const partOf = <Part>(part: OpenedPart | undefined): Opened<Part> =>
  part?.kind === 'open' ? (JSON.parse(part.clear) as Part) : (part?.kind ?? 'unreadable');
