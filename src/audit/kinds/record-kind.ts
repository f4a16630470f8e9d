import type { ActorPart, AuditRecord, RecordPart, SubjectPart } from '../audit-record.js';

/** The meaning of one kind of record. */
export interface RecordKind {
  /** The event, in one sentence. */
  readonly when: string;
  readonly outcomes: readonly AuditRecord['outcome'][];
  /** The codes of `why`. `reasons`: those of docs/refusals.md. Absent: it has none. */
  readonly why?: Readonly<Record<string, string>> | 'reasons';
  /** The fields of `details`, with their meaning. Absent: it has none. */
  readonly details?: Readonly<Record<string, string>>;
  readonly example: RecordExample;
}

/** A record as it reads when it is opened, without what every record has. */
export type RecordExample = Omit<
  AuditRecord,
  'id' | 'at' | 'kind' | 'requestId' | 'macKey' | 'mac' | 'pending' | RecordPart
> & {
  readonly actor?: ActorPart;
  readonly subject?: SubjectPart;
};

const administrator = { actorKind: 'user', actorId: 'ada', outcome: 'success' } as const;

/** The kind of a change, with an example by an administrator. */
export const change = (when: string, example: Partial<RecordExample>): RecordKind => ({
  when,
  outcomes: ['success'],
  example: { ...administrator, ...example },
});
