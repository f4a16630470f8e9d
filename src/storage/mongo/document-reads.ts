import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import type { KnownDocument, Place, RevalidatedRow } from '../engine.js';
import { type ByTheTick, byTheTick } from './batch-reads.js';
import { keyOf } from './layout.js';
import { incarnationOf, isLive, type Kept, rowOf } from './stored-document.js';

/** The most ids in one message. */
const IDS = 1000;
/** The most known documents in one message: MongoDB compares each document with all of them. */
const KNOWN = 100;

/** Key, version and incarnation of a document that was read before. */
export type KnownState = readonly [key: string, version: number, incarnation: number];

export const knownState = ({ realm }: Pick<Place, 'realm'>, known: KnownDocument): KnownState => [
  keyOf({ realm }, known.id),
  known.version,
  known.incarnation,
];

export interface DocumentRead {
  readonly key: string;
  readonly known?: KnownState;
}

/** Reads of one collection within one tick as one message, without the content of documents that all of their readers know. */
export function readsByTheTick(
  collection: mongo.Collection<Kept>,
  bounded: mongo.FindOptions,
): ByTheTick<DocumentRead, Kept | undefined> {
  return byTheTick(IDS, async (reads) => {
    const wanted = [...new Set(reads.map(({ key }) => key))];
    const found = await collection
      .find({ _id: { $in: wanted } }, { ...bounded, ...unlessKnown(knownToAll(reads)), batchSize: wanted.length + 1 })
      .toArray();
    const byKey = new Map(found.map((each) => [each._id, each]));
    const given = new Set<string>();
    return reads.map(({ key }) => () => {
      const one = byKey.get(key);
      // A second caller for the same document gets its own copy.
      if (one && given.has(key)) return structuredClone(one);
      given.add(key);
      return one;
    });
  });
}

/** A reader that knows another state, or none, needs the content, and shares the message with the others. */
export function knownToAll(reads: readonly DocumentRead[]): readonly KnownState[] {
  const states = new Map<string, KnownState | undefined>();
  for (const { key, known } of reads) {
    const state = states.has(key) && !isSame(states.get(key), known) ? undefined : known;
    states.set(key, state);
  }
  return [...states.values()].flatMap((known) => (known ? [known] : [])).slice(0, KNOWN);
}

const isSame = (a: KnownState | undefined, b: KnownState | undefined): boolean =>
  a !== undefined && b !== undefined && a[1] === b[1] && a[2] === b[2];

/** The options of a read that leaves out the content of documents in one of these states, except when they expire. */
export function unlessKnown(states: readonly KnownState[]): Pick<mongo.FindOptions, 'projection'> {
  if (states.length === 0) return {};
  // Literal, since a key may begin like an operator.
  const isKnown = { $in: [['$_id', '$v', '$i'], { $literal: states }] };
  const d = { $cond: [isKnown, { expiresAt: '$d.expiresAt' }, '$d'] };
  return { projection: { v: 1, i: 1, s: 1, o: 1, d } };
}

export function changedRow(kept: Kept | null | undefined, now: Instant): RevalidatedRow {
  if (!kept || !isLive(kept, now)) return undefined;
  // Every document has its id.
  return 'id' in kept.d ? { ...rowOf(kept), ...incarnationOf(kept) } : 'unchanged';
}
