import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import type { RecordPart } from '../audit-record.js';

/**
 * What one personal part of a record is found by, as keyed hashes: names, e-mail addresses and network addresses. Written when
 * the record enters the chain; removed when the person is erased.
 */
export type AuditTerms = {
  /** See {@link termsIdOf}. */
  id: string;
  /** The id of the record. */
  record: string;
  /** Of the record. */
  at: Instant;
  /** Of the record. */
  kind: string;
  /** See `TermHashes`. */
  terms: string[];
  /** The user whose data it is; absent: nobody who is known. */
  person?: string;
};

export const auditTerms = spec<AuditTerms>()({
  name: 'auditTerms',
  scope: 'realm',
  version: 2,
  // Version 1 had an index by kind, which nothing read.
  migrations: { 2: (terms) => terms },
  indexed: { at: 'number', terms: 'strings', person: 'string' },
  unique: {},
  queries: {
    byTerm: { contains: 'terms', order: 'at', direction: 'descending' },
    /** For erasure. */
    byPerson: { equal: ['person'] },
  },
});

/** The id of the terms of one part of a record. */
export const termsIdOf = (record: string, part: RecordPart): string => `${record}.${part}`;

/** The ids under which the terms of a record are stored, if it has any. */
export const termsIdsOf = (record: string): readonly string[] => [
  termsIdOf(record, 'actor'),
  termsIdOf(record, 'subject'),
];
