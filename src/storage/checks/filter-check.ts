import { isHashed } from '../../base/crypto/hash-of.js';
import type { Json } from '../../base/json.js';
import type { AnyCondition } from '../condition.js';
import { FIELD, hasType, isScalar } from './document-check.js';
import type { EngineQuery, EngineRange } from '../engine.js';
import { misuse } from '../misuse.js';
import type { AnySpec } from '../spec.js';

/** An id that a document of this kind could have. @throws GatehouseError `store-misuse` */
export function checkId(spec: AnySpec, id: unknown): string {
  return checkComparable(spec, 'id', id) as string;
}

/** The values of a unique key, in its order. @throws GatehouseError `store-misuse` */
export function checkKey(spec: AnySpec, key: string, values: Readonly<Record<string, unknown>>): Json[] {
  const fields = Object.hasOwn(spec.unique, key) ? spec.unique[key] : undefined;
  if (!fields) throw misuse(`${spec.name} has no unique key ${key}.`);
  refuseOthers(spec, values, fields);
  return fields.map((field) => checkComparable(spec, field, values[field]));
}

/** The query for an engine, checked. @throws GatehouseError `store-misuse` */
export function checkQuery(spec: AnySpec, name: string, values: Readonly<Record<string, unknown>>): EngineQuery {
  const query = Object.hasOwn(spec.queries, name) ? spec.queries[name] : undefined;
  if (!query) throw misuse(`${spec.name} declares no query ${name}.`);
  const { equal = [], contains, order } = query;
  refuseOthers(spec, values, [...equal, contains, order]);
  const found: EngineQuery = { name, equal: equal.map((field) => checkComparable(spec, field, values[field])) };
  const element = contains === undefined ? undefined : values[contains];
  if (contains !== undefined && !(typeof element === 'string' && isScalar(element))) {
    throw misuse(`A query of ${spec.name} needs the string that ${contains} is to contain.`);
  }
  const ranged = order !== undefined && Object.hasOwn(values, order);
  return {
    ...found,
    ...(typeof element === 'string' && { contains: element }),
    ...(ranged && { range: checkRange(spec, order, values[order]) }),
  };
}

/** @throws GatehouseError `store-misuse` */
export function checkCondition(spec: AnySpec, condition: AnyCondition | undefined): AnyCondition {
  const checked = new Map<string, AnyCondition[string]>();
  for (const [field, wanted] of Object.entries(condition ?? {})) {
    if (!FIELD.test(field) || field === 'version') throw misuse(`${spec.name} has no field ${field} to ask about.`);
    if (spec.sealed?.includes(field)) throw misuse(`A condition on ${spec.name} names ${field}, which is sealed.`);
    checked.set(field, checkFieldCondition(spec, field, wanted));
  }
  return Object.fromEntries(checked);
}

function checkFieldCondition(spec: AnySpec, field: string, wanted: unknown): AnyCondition[string] {
  const fields = typeof wanted === 'object' && wanted !== null ? (wanted as Readonly<Record<string, unknown>>) : {};
  const [name] = Object.keys(fields);
  if (name === 'gt' || name === 'gte' || name === 'lt' || name === 'lte') {
    const { from, to } = checkRange(spec, field, wanted);
    return {
      ...(from && { [from.inclusive ? 'gte' : 'gt']: from.value }),
      ...(to && { [to.inclusive ? 'lte' : 'lt']: to.value }),
    };
  }
  if (Object.keys(fields).length === 1) {
    if (fields['absent'] === true) return { absent: true };
    if (name === 'is') return { is: checkComparable(spec, field, fields['is']) };
    if (name === 'in' && Array.isArray(fields['in'])) {
      return { in: fields['in'].map((each) => checkComparable(spec, field, each)) };
    }
  }
  throw misuse(`A condition on ${field} of ${spec.name} says neither is, in, a range nor absent.`);
}

/** A possible value of this field. Refuses undefined in particular: MongoDB would read it as "null or missing". */
function checkComparable(spec: AnySpec, field: string, value: unknown): Json {
  const type = field === 'id' ? 'string' : field === 'expiresAt' ? 'number' : spec.indexed[field];
  if (!isScalar(value) || (type !== undefined && !hasType(value, type))) {
    throw misuse(
      `${field} of ${spec.name} can't be compared with ${value === undefined ? 'undefined' : typeof value}.`,
    );
  }
  if (spec.hashed?.includes(field) && !(typeof value === 'string' && isHashed(value))) {
    throw misuse(`${field} of ${spec.name} is hashed, but was asked for by something else.`);
  }
  return value;
}

function checkRange(spec: AnySpec, field: string, asked: unknown): EngineRange {
  const wrong = (): never => {
    throw misuse(`A range over ${field} of ${spec.name} needs one bound each way at most, and one at least.`);
  };
  if (typeof asked !== 'object' || asked === null) return wrong();
  const bounds = Object.entries(asked).map(([name, value]: [string, unknown]) => {
    const bound = checkComparable(spec, field, value);
    return typeof bound === 'string' || typeof bound === 'number' ? { name, value: bound } : wrong();
  });
  const pick = (exclusive: string, inclusive: string) => {
    const found = bounds.filter(({ name }) => name === exclusive || name === inclusive);
    if (found.length > 1) wrong();
    return found[0] && { value: found[0].value, inclusive: found[0].name === inclusive };
  };
  const from = pick('gt', 'gte');
  const to = pick('lt', 'lte');
  if (bounds.length === 0 || bounds.length !== Number(!!from) + Number(!!to)) wrong();
  if (from && to && typeof from.value !== typeof to.value) wrong();
  return { ...(from && { from }), ...(to && { to }) };
}

function refuseOthers(spec: AnySpec, values: object, fields: readonly (string | undefined)[]): void {
  for (const field of Object.keys(values)) {
    if (!fields.includes(field)) throw misuse(`${field} of ${spec.name} is no part of what was asked.`);
  }
}
