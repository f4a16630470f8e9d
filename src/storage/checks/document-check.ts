import { isHashed } from '../../base/crypto/hash-of.js';
import type { Json } from '../../base/json.js';
import type { EngineDocument } from '../engine.js';
import { misuse } from '../misuse.js';
import type { AnySpec, IndexedType } from '../spec.js';

/** Deeper than any of our documents, and far from a stack overflow. */
const DEPTH = 32;

/**
 * The storable form of a document: a copy, plain JSON, without the `version` that a read added.
 *
 * @throws GatehouseError `store-misuse` for content that the spec, or JSON as we store it, does not allow
 */
export function checkDocument(spec: AnySpec, document: object): EngineDocument {
  const wrong = (what: string) => misuse(`A document of ${spec.name} can't be stored: ${what}.`);
  const copy: Record<string, Json> = {};
  for (const [field, value] of Object.entries(document)) {
    if (field === 'version') continue;
    if (!FIELD.test(field)) throw wrong(`${JSON.stringify(field)} is no name for a field`);
    // eslint-disable-next-line no-restricted-syntax -- each document passes here, and FIELD lets no `__proto__` through
    copy[field] = plain(value, field, DEPTH, wrong);
  }
  const { id, expiresAt } = copy;
  if (typeof id !== 'string' || id === '') throw wrong('it has no id');
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt)) throw wrong('expiresAt is no time in milliseconds');
  for (const [field, type] of Object.entries(spec.indexed)) {
    const value = copy[field];
    if (value !== undefined && type && !hasType(value, type)) throw wrong(`${field} is indexed as ${type}`);
  }
  for (const field of spec.hashed ?? []) {
    const value = copy[field];
    if (value !== undefined && !(typeof value === 'string' && isHashed(value))) throw wrong(`${field} is not hashed`);
  }
  for (const field of spec.sealed ?? []) {
    if (copy[field] !== undefined && typeof copy[field] !== 'string') throw wrong(`${field} is sealed but no string`);
  }
  return copy as EngineDocument;
}

export const FIELD = /^[A-Za-z][A-Za-z0-9_]*$/;

export function hasType(value: unknown, type: IndexedType): boolean {
  return type === 'strings'
    ? Array.isArray(value) && value.every((each) => typeof each === 'string')
    : typeof value === type;
}

/** A well-formed string, a finite number or a boolean: values that can be compared. */
export function isScalar(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'boolean';
}

type DocumentFault = (what: string) => Error;

function plain(value: unknown, path: string, depth: number, wrong: DocumentFault): Json {
  if (isScalar(value)) return value === 0 ? 0 : value; // JSON has no -0
  if (depth === 0) throw wrong(`${path} is nested too deeply`);
  if (Array.isArray(value)) {
    // Array.from also visits holes, which are as undefined as the rest.
    return Array.from(value, (each, at) => plain(each, `${path}[${at}]`, depth - 1, wrong));
  }
  if (typeof value === 'object' && value !== null && isPlainObject(value)) {
    const copy: Record<string, Json> = {};
    for (const [key, each] of Object.entries(value)) {
      if (key === '__proto__' || !key.isWellFormed() || key.includes('\0')) {
        throw wrong(`${path} has a field named ${JSON.stringify(key)}`);
      }
      // eslint-disable-next-line no-restricted-syntax -- each document passes here, and `__proto__` was refused above
      copy[key] = plain(each, `${path}.${key}`, depth - 1, wrong);
    }
    return copy;
  }
  throw wrong(`${path} is ${describe(value)}`);
}

/** By shape, not by identity: an object of another JavaScript realm (a test's) is plain too. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return 'a string with half a character (a lone surrogate)';
  if (value === null) return 'null, but what is absent is left out';
  if (typeof value === 'object') return `a ${value.constructor.name}, which is not JSON`;
  return typeof value === 'number' ? 'no finite number' : `${typeof value}, which is not JSON`;
}
