import { random } from '../../base/crypto/random-bytes.js';
import type { Json } from '../../base/json.js';
import type { Instant } from '../../base/clock.js';
import type { EngineDocument, Place, Row, WalkedRow } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { keyOf } from './layout.js';

/** A document in its stored form. Names are short, since each document contains them. */
export interface Kept {
  /** Realm and id: see `keyOf`. */
  readonly _id: string;
  readonly r: string;
  /** The port's version. */
  readonly v: number;
  /** The incarnation; absent if an older version wrote it. */
  readonly i?: number;
  /** The shape: `spec.version` when it was written. */
  readonly s: number;
  /** Incremented by writes that require the document to be unchanged, so that nobody else changes it meanwhile. */
  readonly g?: number;
  /** Its end, for MongoDB's TTL index; reads compare `d.expiresAt`. */
  readonly x?: Date;
  /** Some names in it are escaped. */
  readonly o?: true;
  /** The document. */
  readonly d: EngineDocument;
}

/** The fields that a write sets and removes. */
export interface Body {
  readonly set: Pick<Kept, 'i' | 's' | 'x' | 'o' | 'd'>;
  readonly unset: Readonly<Record<string, ''>>;
}

export function bodyOf({ spec }: Place, document: EngineDocument): Body {
  const odd = hasOddName(document);
  const { expiresAt } = document;
  const ends = expiresAt !== undefined;
  return {
    set: {
      i: newIncarnation(),
      s: spec.version,
      ...(ends && { x: dateOf(expiresAt) }),
      ...(odd && { o: true as const }),
      d: odd ? (renamed(document, escapeName) as EngineDocument) : document,
    },
    unset: { ...(!ends && { x: '' as const }), ...(!odd && { o: '' as const }) },
  };
}

export const keptOf = (at: Place, document: EngineDocument): Kept => ({
  _id: keyOf(at, document.id),
  r: at.realm,
  v: 1,
  ...bodyOf(at, document).set,
});

export const rowOf = ({ d, v, s, o }: Kept): Row => ({
  document: o ? (renamed(d, unescapeName) as EngineDocument) : d,
  version: v,
  shape: s,
});

export const walkedRow = (kept: Kept): WalkedRow => ({
  ...rowOf(kept),
  realm: kept.r,
  shape: kept.s,
  ...incarnationOf(kept),
});

/** The stored form of a row from another store. */
export function keptLike(spec: AnySpec, { realm, version, incarnation, shape, document }: WalkedRow): Kept {
  const { i: _new, ...kept } = keptOf({ spec, realm }, document);
  return { ...kept, ...(incarnation !== undefined && { i: incarnation }), v: version, s: shape };
}

export const incarnationOf = ({ i }: Pick<Kept, 'i'>): { readonly incarnation?: number } =>
  i === undefined ? {} : { incarnation: i };

const newIncarnation = (): number => random(6).readUIntBE(0, 6);

export const isLive = ({ d: { expiresAt } }: Pick<Kept, 'd'>, now: Instant): boolean =>
  expiresAt === undefined || expiresAt > now;

/** An end beyond the range of Date is replaced by the last day that it can represent. */
const LAST_DAY = 8.64e15;
export const dateOf = (time: Instant): Date => new Date(Math.min(Math.max(time, -LAST_DAY), LAST_DAY));

// Field names that are special to MongoDB or its driver: operators, references ($ref), types (_bsontype).
const ODD_NAME = /^(?:[$%]|_bsontype$)/;
const escapeName = (name: string): string => (ODD_NAME.test(name) ? `%${name}` : name);
const unescapeName = (name: string): string => (name.startsWith('%') ? name.slice(1) : name);

function hasOddName(value: Json): boolean {
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasOddName);
  for (const name in value) {
    if (ODD_NAME.test(name) || hasOddName(value[name] ?? '')) return true;
  }
  return false;
}

function renamed(value: Json, rename: (name: string) => string): Json {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename)]));
}
