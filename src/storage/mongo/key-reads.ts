import type { mongo } from 'mongoose';
import type { Json } from '../../base/json.js';
import type { Place } from '../engine.js';
import { type ByTheTick, byTheTick } from './batch-reads.js';
import { type KnownState, knownToAll, unlessKnown } from './document-reads.js';
import { holderFilter } from './filters.js';
import { keyIndexOf } from './layout.js';
import type { Kept } from './stored-document.js';

/** The document that holds these values of a unique key. */
export interface KeyRead {
  readonly at: Place;
  readonly key: string;
  readonly values: readonly Json[];
  readonly known?: KnownState;
}

/** The most values in one message. */
const VALUES = 1000;

/** Reads of one key that differ in its last value alone, so that one range of its index holds them. */
interface KeyGroup {
  readonly at: Place;
  readonly key: string;
  readonly first: readonly Json[];
  readonly reads: KeyRead[];
}

/** Reads by unique keys of one collection within one tick: those that differ in the last value of a key alone are one message. */
export function keyReadsByTheTick(
  collection: mongo.Collection<Kept>,
  bounded: mongo.FindOptions,
): ByTheTick<KeyRead, Kept | undefined> {
  return byTheTick(VALUES, (reads) => {
    const groups = new Map<string, KeyGroup>();
    const ownGroups = reads.map((read) => {
      const { at, key, values } = read;
      const first = values.slice(0, -1);
      const name = JSON.stringify([at.realm, key, ...first]);
      const group = groups.get(name) ?? { at, key, first, reads: [] };
      groups.set(name, group);
      group.reads.push(read);
      return group;
    });
    const found = new Map([...groups.values()].map((group) => [group, holders(collection, bounded, group)]));
    // A message that fails fails its own readers alone.
    return Promise.resolve(ownGroups.map((group, at) => async () => (await found.get(group))?.(reads[at])));
  });
}

async function holders(
  collection: mongo.Collection<Kept>,
  bounded: mongo.FindOptions,
  { at, key, first, reads }: KeyGroup,
): Promise<(read: KeyRead | undefined) => Kept | undefined> {
  const fields = at.spec.unique[key] ?? [];
  const lasts = new Map(reads.map((read) => [textOf(read), read.values.at(-1)]));
  const [only] = reads;
  const filter =
    lasts.size === 1 && only
      ? holderFilter(at, key, only.values)
      : holderFilter(at, key, [...first, { $in: [...lasts.values()] } as Json]);
  const known = knownToAll(reads.map((read) => ({ key: textOf(read), ...(read.known && { known: read.known }) })));
  const options = { ...bounded, ...unlessKnown(known), hint: keyIndexOf(key), batchSize: lasts.size + 1 };
  const last = fields.at(-1) ?? '';
  const all = filter ? await collection.find(filter, options).toArray() : [];
  const byLast = new Map<string, Kept>();
  /** Without content: its readers know it in this state, in which it holds what they ask for. */
  const leftOut = new Map<string, Kept>();
  for (const each of all)
    if (last in each.d) byLast.set(JSON.stringify(each.d[last]), each);
    else leftOut.set(each._id, each);
  const given = new Set<string>();
  return (read) => {
    if (!read) return undefined;
    const one = byLast.get(textOf(read)) ?? (read.known && leftOut.get(read.known[0]));
    if (one && given.has(one._id)) return structuredClone(one);
    if (one) given.add(one._id);
    return one;
  };
}

const textOf = ({ values }: KeyRead): string => JSON.stringify(values.at(-1));
