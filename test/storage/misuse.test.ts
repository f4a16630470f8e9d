import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashOf, type Hashed } from '../../src/base/crypto/hash-of.js';
import { PAGE_LIMIT } from '../../src/base/paging.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { spec } from '../../src/storage/spec.js';
import type { Collection } from '../../src/storage/store.js';
import { insert, require } from '../../src/storage/write.js';
import { modelEngine } from '../support/model-engine.js';
import { temporaryBox } from '../support/store.js';
import { engines, type OpenedEngine } from './engines.js';
import { allSpecs, notices, tallies, things } from './things.js';

const misuse = { code: 'store-misuse' };

describe('the port refuses, whatever the engine and whatever the types were told,', () => {
  let opened: OpenedEngine;
  let all: Collection<typeof things>;
  /** The same collection as a caller sees it who has lost its types. */
  let loose: Record<keyof Collection<typeof things>, (...asked: unknown[]) => Promise<unknown>>;
  beforeAll(async () => {
    opened = await engines[0][1](allSpecs);
    all = opened.store.in('r').of(things);
    loose = all as unknown as typeof loose;
  });
  afterAll(() => opened.close());

  class Odd {
    a = 1;
  }
  test.each<[string, unknown]>([
    ['null', { note: null }],
    ['a Date', { note: new Date() }],
    ['undefined', { note: undefined }],
    ['undefined deep inside', { parts: [{ name: 'x', sizes: [undefined] }] }],
    ['a hole in an array', { parts: [{ name: 'x', sizes: new Array(2) }] }],
    ['NaN', { weight: NaN }],
    ['an infinite number', { weight: -Infinity }],
    ['a BigInt', { weight: 1n }],
    ['a function', { note: () => 1 }],
    ['a Buffer', { note: Buffer.from('x') }],
    ['an object of a class', { note: new Odd() }],
    ['a Map', { note: new Map() }],
    ['half a character', { note: '\ud83d' }],
    ['half a character in a key', { note: { '\ude00': 1 } }],
    ['a key that would reach a prototype', { note: JSON.parse('{"__proto__": {"a": 1}}') as unknown }],
    ['a field that is no name', { 'a.b': 1 }],
    ['a field like an operator', { $set: 1 }],
    ['an indexed string that is a number', { name: 5 }],
    ['an indexed number that is a string', { rank: '5' }],
    ['an indexed boolean that is a number', { flag: 1 }],
    ['an indexed array that holds a number', { tags: ['a', 5] }],
    ['an indexed array that is a string', { tags: 'a' }],
    ['a plain secret where a hash belongs', { door: 'sesame' }],
    ['what only looks hashed', { door: 'sha256:short' }],
    ['a sealed number', { secret: 5 }],
    ['an empty id', { id: '' }],
    ['no id', { id: 5 }],
    ['an end that is no time', { expiresAt: 1.5 }],
    ['an end that is a string', { expiresAt: '2030-01-01' }],
    ['what is nested without end', { note: nested(40) }],
  ])('a document with %s', async (_what, more) => {
    const document = { id: 'a', kind: 'red', ...(more as object) };
    await expect(loose.insert(document)).rejects.toMatchObject(misuse);
    await expect(loose.put(document)).rejects.toMatchObject(misuse);
    await expect(loose.replace(document, 1)).rejects.toMatchObject(misuse);
    const commit = opened.store.in('r').commit([insert(things, document as never)]);
    await expect(commit).rejects.toMatchObject(misuse);
    expect(await all.count('all', {}, 1)).toBe(0);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a query nobody declared', () => loose.find('byNote', {}, { limit: 1 })],
    ['a query named like a method of objects', () => loose.find('toString', {}, { limit: 1 })],
    ['a field the query does not have', () => loose.find('byKind', { kind: 'red', name: 'x' }, { limit: 1 })],
    ['a query without its value', () => loose.find('byKind', {}, { limit: 1 })],
    ['undefined as a value', () => loose.find('byKind', { kind: undefined }, { limit: 1 })],
    ['undefined as an element', () => loose.find('byTag', { tags: undefined }, { limit: 1 })],
    ['undefined as a bound', () => loose.find('byKind', { kind: 'red', rank: { gt: undefined } }, { limit: 1 })],
    ['undefined as a range', () => loose.find('byKind', { kind: 'red', rank: undefined }, { limit: 1 })],
    ['a range without a bound', () => loose.find('byKind', { kind: 'red', rank: {} }, { limit: 1 })],
    [
      'a range with two lower bounds',
      () => loose.find('byKind', { kind: 'red', rank: { gt: 1, gte: 1 } }, { limit: 1 }),
    ],
    ['a range of another type', () => loose.find('byKind', { kind: 'red', rank: { gt: '1' } }, { limit: 1 })],
    ['a value of another type', () => loose.find('byKind', { kind: 5 }, { limit: 1 })],
    ['an operator as a value', () => loose.find('byKind', { kind: { $ne: '' } }, { limit: 1 })],
    ['no limit', () => loose.find('all', {}, {})],
    ['a limit of nothing', () => all.find('all', {}, { limit: 0 })],
    ['a page past the limit', () => all.find('all', {}, { limit: PAGE_LIMIT + 1 })],
    ['a removal past the limit', () => all.removeWhere('all', {}, PAGE_LIMIT + 1)],
    ['a count of no bound', () => all.count('all', {}, Infinity)],
    ['an undeclared key', () => loose.findOne('note', { note: 'x' })],
    ['a key of which a field lacks', () => loose.findOne('name', { kind: 'red' })],
    ['a key with one more', () => loose.findOne('name', { kind: 'red', name: 'x', note: 'y' })],
    ['a plain secret for a hashed key', () => loose.findOne('door', { door: 'sesame' })],
    ['undefined as an id', () => loose.get(undefined)],
    ['undefined among ids', () => loose.getMany(['a', undefined])],
    ['half a character as an id', () => all.get('\ud83d')],
    ['a condition on a sealed field', () => loose.take('a', { secret: { is: 'x' } })],
    ['a condition on the version', () => loose.take('a', { version: { is: 1 } })],
    ['a condition that is a bare value', () => loose.take('a', { note: 'x' })],
    ['a condition of two minds', () => loose.take('a', { note: { is: 'x', absent: true } })],
    ['a condition on presence', () => loose.take('a', { note: { absent: false } })],
    ['a condition with undefined', () => loose.remove('a', { note: { is: undefined } })],
    ['a condition on a whole array', () => loose.remove('a', { tags: { is: ['x'] } })],
    ['a condition in quotes', () => loose.remove('a', { 'x" OR 1=1 --': { is: 'x' } })],
    ['a plain secret in a condition', () => loose.remove('a', { door: { in: ['sesame'] } })],
    ['a replacement of no version', () => loose.replace({ id: 'a', kind: 'red' }, undefined)],
    ['counting where fields are indexed', () => loose.increment('a', 'rank', 1)],
    ['counting by a part', () => opened.store.in('r').of(tallies).increment('a', 'n', 0.5)],
    ['a bad condition in a commit', () => opened.store.in('r').commit([require(things, 'a', { secret: { is: 'x' } })])],
  ])('%s', async (_what, ask) => {
    await expect(ask()).rejects.toMatchObject(misuse);
  });

  test('a collection that it was not opened with, or that belongs elsewhere', () => {
    const copy = { ...things };
    expect(() => opened.store.in('r').of(copy)).toThrow(expect.objectContaining(misuse));
    expect(() => opened.store.installation.of(things as never)).toThrow(expect.objectContaining(misuse));
    expect(() => opened.store.in('r').of(notices as never)).toThrow(expect.objectContaining(misuse));
  });

  test('by their types alone', () => {
    const house = () => opened.store.installation;
    // Never run: the compiler is what is tested, and each line fails the type check when it is allowed.
    const wrong = [
      // @ts-expect-error: a query nobody declared
      () => all.find('byNote', {}, { limit: 1 }),
      // @ts-expect-error: a query's value is missing
      () => all.find('byKind', {}, { limit: 1 }),
      // @ts-expect-error: undefined is no value to look for
      () => all.find('byKind', { kind: undefined }, { limit: 1 }),
      // @ts-expect-error: a value of another type
      () => all.find('byKind', { kind: 'violet' }, { limit: 1 }),
      // @ts-expect-error: no unique key of that name
      () => all.findOne('rank', { rank: 1 }),
      // @ts-expect-error: a plain string where a hash belongs
      () => all.findOne('door', { door: 'sesame' }),
      // @ts-expect-error: a plain string where a hash belongs
      () => all.insert({ id: 'a', kind: 'red', door: 'sesame' }),
      // @ts-expect-error: a field of another type
      () => all.insert({ id: 'a', kind: 'red', rank: '1' }),
      // @ts-expect-error: undefined is not absent
      () => all.insert({ id: 'a', kind: 'red', rank: undefined }),
      // @ts-expect-error: arrays have no equality
      () => all.take('a', { tags: { is: ['x'] } }),
      // @ts-expect-error: a condition says what it means
      () => all.take('a', { kind: 'red' }),
      // @ts-expect-error: only numbers are counted
      () => all.increment('a', 'name', 1),
      // @ts-expect-error: a realm's document is not the house's
      () => house().of(things),
      // @ts-expect-error: the house's document is no realm's
      () => opened.store.in('r').of(notices),
      // @ts-expect-error: a field is hashed by its type, not by wish
      () => spec<{ id: string; door: string }>()({ ...bare, hashed: ['door'] }),
      // @ts-expect-error: an array orders nothing
      () => spec<{ id: string; tags: string[] }>()({ ...bare, queries: { q: { order: 'tags' } } }),
    ];
    expect(wrong).not.toHaveLength(0);
  });
});

const bare = { name: 'bare', scope: 'realm', version: 1, indexed: {}, unique: {}, queries: {} } as const;

describe('a store is not opened with a spec that', () => {
  const open = (...specs: AnySpec[]) => openStore({ specs, box: temporaryBox(), engine: modelEngine() });
  const made: AnySpec = {
    ...bare,
    version: 2,
    migrations: { 2: (document) => document },
    indexed: { a: 'string', b: 'strings', c: 'boolean', d: 'number' },
    hashed: ['a'],
    sealed: ['s'],
    audited: ['d'],
    unique: { a: ['a', 'd'] },
    queries: { q: { equal: ['a'], contains: 'b', order: 'd' } },
  };

  test('is in order, it is opened with', async () => {
    await expect(open(made)).resolves.toBeDefined();
  });

  test.each<[string, Partial<AnySpec>]>([
    ['has an odd name', { name: 'a b' }],
    ['is at version 0', { version: 0 }],
    ['lacks a migration', { version: 3 }],
    ['has a migration it does not reach', { migrations: { 2: (document) => document, 3: (document) => document } }],
    ['indexes the id', { indexed: { ...made.indexed, id: 'string' } }],
    ['indexes the version', { indexed: { ...made.indexed, version: 'number' } }],
    ['indexes two fields that differ in case', { indexed: { ...made.indexed, A: 'string' } }],
    ['indexes what is sealed', { indexed: { ...made.indexed, s: 'string' } }],
    [
      'seals what is hashed',
      { sealed: ['a'], indexed: { b: 'strings', c: 'boolean', d: 'number' }, unique: {}, queries: {} },
    ],
    ['seals the id', { sealed: ['id'] }],
    ['stores the id under another name', { storedAs: { id: 'key' } }],
    ['stores what it indexes under another name', { storedAs: { b: 'letters' } }],
    ['stores what is sealed under another name', { storedAs: { s: 'secret' } }],
    ['stores a field under the name of the end', { storedAs: { e: 'expiresAt' } }],
    ['audits what is hashed', { audited: ['a'] }],
    ['audits what is sealed', { audited: ['s'] }],
    ['has a key over what it does not index', { unique: { k: ['z'] } }],
    ['has a key over an array', { unique: { k: ['b'] } }],
    ['has a key named id', { unique: { id: ['a'] } }],
    ['has a key of nothing', { unique: { k: [] } }],
    ['asks for what it does not index', { queries: { q: { equal: ['z'] } } }],
    ['asks for an equal array', { queries: { q: { equal: ['b'] } } }],
    ['asks whether a string contains something', { queries: { q: { contains: 'a' } } }],
    ['orders by a boolean', { queries: { q: { order: 'c' } } }],
    ['orders by what it equals', { queries: { q: { equal: ['a'], order: 'a' } } }],
  ])('%s', async (_what, wrong) => {
    await expect(open({ ...made, ...wrong })).rejects.toMatchObject(misuse);
  });

  test('has the name of another', async () => {
    await expect(open(made, { ...made, name: 'Bare'.toLowerCase() })).rejects.toMatchObject(misuse);
    await expect(open({ ...made, name: 'keyChecks' })).rejects.toMatchObject(misuse);
  });

  test('hashes its id: only a hash finds it', async () => {
    const doors = spec<{ id: Hashed }>()({ ...bare, hashed: ['id'] });
    const store = await open(doors);
    const of = store.in('r').of(doors);
    await of.insert({ id: hashOf('sesame') });
    expect(await of.get(hashOf('sesame'))).toBeDefined();
    await expect(of.get('sesame' as Hashed)).rejects.toMatchObject(misuse);
    await expect(of.take('sesame' as Hashed)).rejects.toMatchObject(misuse);
    await expect(of.insert({ id: 'sesame' as Hashed })).rejects.toMatchObject(misuse);
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}
