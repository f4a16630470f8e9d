import { isDeepStrictEqual } from 'node:util';
import type { Opened, OpenedRecord } from '../../audit/audit-trail.js';
import type { Json, JsonObject } from '../../base/json.js';
import { columns } from '../output/table.js';
import { type RecordNames, timeOf } from './record-names.js';

/** All of a record, in lines. @param sequence its place in the chain; absent: it is not in the chain yet */
export function recordLines(record: OpenedRecord, names: RecordNames, sequence: number | undefined): string[] {
  const { id, at, kind, outcome, why, clientId, requestId, details = {} } = record;
  const rows = [
    ['Record', id],
    ['Time', timeOf(at)],
    ['Kind', kind],
    ['Outcome', why === undefined ? outcome : `${outcome}: ${why}`],
    ['Actor', names.actor(record)],
    ...personal('the actor', record.actor, ({ name, address, agent, reason }) => [
      ...given('  name', name),
      ...given('  address', address),
      ...given('  browser', agent),
      ...given('  reason', reason),
    ]),
    ['Subject', names.subject(record)],
    ...personal('the subject', record.subject, ({ name }) => given('  name', name)),
    ...given('Client', clientId),
    ...Object.entries(details).map(([name, value]) => [`Detail ${name}`, textOf(value)]),
    ['Request', requestId],
    ['In the chain', sequence === undefined ? 'not yet' : `as number ${sequence}`],
  ];
  return [...columns(rows), ...changeLines(record)];
}

function personal<Part>(
  whose: string,
  part: Opened<Part> | undefined,
  rows: (part: Part) => readonly (readonly string[])[],
): readonly (readonly string[])[] {
  if (part === undefined) return [];
  if (part === 'erased') return [['  erased', `The personal data of ${whose} was erased.`]];
  if (part === 'unreadable')
    return [['  unreadable', `The personal data of ${whose} was changed in the store: see gatehouse audit verify.`]];
  return rows(part);
}

const given = (name: string, value: string | undefined): readonly (readonly string[])[] =>
  value === undefined ? [] : [[name, value]];

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What the change removed and what it added. */
function changeLines({ subject }: OpenedRecord): string[] {
  if (subject === undefined || typeof subject === 'string' || (!subject.before && !subject.after)) return [];
  const lines = differences(subject.before ?? {}, subject.after ?? {});
  const heading = subject.before ? (subject.after ? 'Changed' : 'Removed') : 'Created';
  return ['', lines.length === 0 ? `${heading}: no field that records show` : `${heading}:`, ...lines];
}

/** Lines with `-` for what there was before, and `+` for what there is after, each with its field. Pure. */
function differences(before: JsonObject, after: JsonObject, path = ''): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const field = `${path}${name}`;
    const [old, fresh] = [before[name], after[name]];
    if (isDeepStrictEqual(old, fresh)) return [];
    if (isObject(old) && isObject(fresh)) return differences(old, fresh, `${field}.`);
    if (Array.isArray(old) && Array.isArray(fresh)) return elements(field, old, fresh);
    return [
      ...(old === undefined ? [] : [`- ${field}: ${textOf(old)}`]),
      ...(fresh === undefined ? [] : [`+ ${field}: ${textOf(fresh)}`]),
    ];
  });
}

/** Lists are compared by their elements, since records have lists of assignments and names. */
function elements(field: string, before: readonly Json[], after: readonly Json[]): string[] {
  const without = (list: readonly Json[], others: readonly Json[]): readonly Json[] =>
    list.filter((element) => !others.some((other) => isDeepStrictEqual(element, other)));
  const lines = [
    ...without(before, after).map((element) => `- ${field}: ${textOf(element)}`),
    ...without(after, before).map((element) => `+ ${field}: ${textOf(element)}`),
  ];
  return lines.length > 0 ? lines : [`- ${field}: ${JSON.stringify(before)}`, `+ ${field}: ${JSON.stringify(after)}`];
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && !Array.isArray(value);
