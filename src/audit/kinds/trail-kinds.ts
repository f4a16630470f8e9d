import { change, type RecordKind } from './record-kind.js';

/** About the trail itself, and what is removed from it. */
export const TRAIL_KINDS = {
  'audit.retention-applied': {
    when: 'Records of these kinds up to a time are about to be removed. Their links stay in the chain.',
    outcomes: ['success'],
    details: {
      kinds: 'the kinds of the removed records',
      until: 'records before this time, in milliseconds since 1970',
      count: 'how many records are removed',
    },
    example: {
      actorKind: 'system',
      actorId: 'audit-retention',
      outcome: 'success',
      details: { kinds: ['sign-in'], until: 1_796_000_000_000, count: 1200 },
    },
  },
  'user.erased': change('A user was erased: their personal data, and the key of their part of every record.', {
    subjectKind: 'user',
    subjectId: 'bob',
  }),
} as const satisfies Record<string, RecordKind>;
