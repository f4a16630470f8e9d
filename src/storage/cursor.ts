import { createHash } from 'node:crypto';
import type { Cursor } from '../base/paging.js';
import { isScalar } from './checks/document-check.js';
import type { EngineFind, EngineQuery, Place } from './engine.js';
import { misuse } from './misuse.js';

type CursorPosition = NonNullable<EngineFind['after']>;

/** The cursor after this row, valid only for this query with these values. */
export function cursorOf(at: Place, query: EngineQuery, after: CursorPosition): Cursor {
  const place = [bindingOf(at, query), after.id, ...(after.order === undefined ? [] : [after.order])];
  return Buffer.from(JSON.stringify(place)).toString('base64url') as Cursor;
}

/** @throws GatehouseError `store-misuse` for a cursor of another query or other values, or an invalid one */
export function placeOf(at: Place, query: EngineQuery, cursor: Cursor): CursorPosition {
  const foreign = misuse(`A page of ${at.spec.name} was asked for after a place that is not in this query.`);
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw foreign;
  }
  if (!Array.isArray(place)) throw foreign;
  const [binding, id, order] = place as unknown[];
  const declared = at.spec.queries[query.name]?.order;
  const type = declared === undefined ? 'undefined' : at.spec.indexed[declared];
  if (binding !== bindingOf(at, query) || typeof id !== 'string' || !isScalar(id) || typeof order !== type)
    throw foreign;
  if (order === undefined) return { id };
  if ((typeof order !== 'string' && typeof order !== 'number') || !isScalar(order)) throw foreign;
  return { order, id };
}

const bindingOf = ({ spec, realm }: Place, { name, equal, contains, range }: EngineQuery): string =>
  createHash('sha256')
    .update(JSON.stringify([realm, spec.name, name, equal, contains ?? null, range?.from ?? null, range?.to ?? null]))
    .digest('base64url')
    .slice(0, 16);
