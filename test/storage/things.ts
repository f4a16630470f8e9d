import type { Hashed } from '../../src/base/crypto/hash-of.js';
import { spec } from '../../src/storage/spec.js';

/** A kind of document with everything that a spec can say. */
export type Thing = {
  id: string;
  expiresAt?: number;
  kind: 'red' | 'blue' | 'green';
  name?: string;
  rank?: number;
  flag?: boolean;
  tags?: string[];
  door?: Hashed;
  secret?: string;
  note?: string;
  weight?: number;
  parts?: { name: string; sizes: number[] }[];
};

export const things = spec<Thing>()({
  name: 'things',
  scope: 'realm',
  version: 1,
  indexed: { kind: 'string', name: 'string', rank: 'number', flag: 'boolean', tags: 'strings', door: 'string' },
  storedAs: { parts: 'pieces' },
  hashed: ['door'],
  sealed: ['secret'],
  audited: ['kind', 'name'],
  unique: { name: ['kind', 'name'], door: ['door'] },
  queries: {
    all: {},
    named: { order: 'name' },
    ranked: { order: 'rank' },
    rankedDown: { order: 'rank', direction: 'descending' },
    byKind: { equal: ['kind'], order: 'rank' },
    byKindDown: { equal: ['kind'], order: 'rank', direction: 'descending' },
    byFlag: { equal: ['flag', 'kind'] },
    byTag: { contains: 'tags', order: 'name' },
    byTagDown: { contains: 'tags', order: 'rank', direction: 'descending' },
    byTagAndKind: { contains: 'tags', equal: ['kind'] },
  },
});

/** A document that belongs to a thing and must not outlive it. */
export type Part = { id: string; thing: string };
export const parts = spec<Part>()({
  name: 'parts',
  scope: 'realm',
  version: 1,
  indexed: { thing: 'string' },
  unique: {},
  queries: { byThing: { equal: ['thing'] } },
});

export type Tally = { id: string; n?: number; expiresAt?: number };
export const tallies = spec<Tally>()({
  name: 'tallies',
  scope: 'realm',
  version: 1,
  indexed: { n: 'number' },
  unique: {},
  queries: { all: { order: 'n' } },
});

export type Notice = { id: string; realm?: string; text: string };
export const notices = spec<Notice>()({
  name: 'notices',
  scope: 'installation',
  version: 1,
  indexed: {},
  sealed: ['text'],
  unique: {},
  queries: { all: {} },
});

export const allSpecs = [things, parts, tallies, notices];
