import type { Json, JsonObject } from '../../base/json.js';
import type { Opened, OpenedRecord } from '../audit-trail.js';
import type { ActorPart, SubjectPart } from '../audit-record.js';
import { insert, type Write } from '../../storage/write.js';
import { type AuditTerms, auditTerms, termsIdOf } from './audit-terms.js';
import type { TermHashes } from './term-hashes.js';

/**
 * What a record is found by, one document for each person whose data it is: at most two, none for a record without personal
 * data or of erased people. Pure; equal for equal records.
 */
export function termsOf(record: OpenedRecord, hashes: TermHashes): readonly AuditTerms[] {
  const { id, at, kind, actorKind, actorId, subjectKind, subjectId } = record;
  const actorTerms = [...ofActor(record.actor, hashes), ...typedTerm(record.details)];
  const subjectTerms = subjectKind === 'user' ? ofUser(record.subject, hashes) : [];
  const actorPerson = actorKind === 'user' ? actorId : undefined;
  const subjectPerson = subjectKind === 'user' ? subjectId : undefined;
  const document = (part: 'actor' | 'subject', terms: readonly string[], person: string | undefined): AuditTerms[] =>
    terms.length === 0
      ? []
      : [
          {
            id: termsIdOf(id, part),
            record: id,
            ...{ at, kind },
            terms: [...new Set(terms)],
            ...(person !== undefined && { person }),
          },
        ];
  return actorPerson !== undefined && actorPerson === subjectPerson
    ? document('actor', [...actorTerms, ...subjectTerms], actorPerson)
    : [...document('actor', actorTerms, actorPerson), ...document('subject', subjectTerms, subjectPerson)];
}

/** The writes of a record's terms, for the commit that takes it into the chain. */
export const termWrites = (record: OpenedRecord, hashes: TermHashes): readonly Write[] =>
  termsOf(record, hashes).map((terms) => insert(auditTerms, terms));

function ofActor(part: Opened<ActorPart> | undefined, hashes: TermHashes): readonly string[] {
  if (part === undefined || typeof part === 'string') return [];
  return [
    ...(part.name === undefined ? [] : [hashes.name(part.name)]),
    ...(part.address === undefined ? [] : hashes.addresses(part.address)),
  ];
}

/** A user's names, those before a change too. */
function ofUser(part: Opened<SubjectPart> | undefined, hashes: TermHashes): readonly string[] {
  if (part === undefined || typeof part === 'string') return [];
  const names = [
    part.name,
    part.before?.['username'],
    part.before?.['email'],
    part.after?.['username'],
    part.after?.['email'],
  ];
  return names.filter(isText).map((name) => hashes.name(name));
}

/** What was typed where no user has that name: hashed when it was recorded. */
const typedTerm = (details: JsonObject | undefined): readonly string[] =>
  isText(details?.['typed']) ? [details['typed']] : [];

const isText = (value: Json | undefined): value is string => typeof value === 'string';
