import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose, { type mongo } from 'mongoose';
import { newId } from '../../src/base/crypto/ids.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openStore } from '../../src/storage/open-store.js';
import { spec } from '../../src/storage/spec.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { insert, put, replace, require } from '../../src/storage/write.js';
import { toldUrl, watchCommands, type Command } from '../support/commands.js';
import { temporaryDatabase } from '../support/mongod.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

type Loose = { id: string; any?: object; text?: string };
const loose = spec<Loose>()({
  name: 'loose',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: { all: {} },
});

describe('what the engine sends to MongoDB', () => {
  const database = temporaryDatabase();
  let store: Store;
  let realm: Realm;
  let sent: Command[];
  let raw: mongo.CommandStartedEvent[];
  beforeAll(async () => {
    // A URL that asks for less than the engine promises.
    const url = toldUrl(`${database.url}?w=1&journal=false&readConcernLevel=local&readPreference=secondaryPreferred`);
    store = await openStore({ specs: [...allSpecs, loose], box: temporaryBox(), engine: await openMongo(url) });
    sent = watchCommands().sent;
    raw = [];
    mongoose.connections
      .at(-1)
      ?.getClient()
      .on('commandStarted', (event) => raw.push(event));
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });
  beforeEach(() => {
    realm = store.in(newId());
    sent.length = 0;
    raw.length = 0;
  });

  test('gets of one collection in one tick are one command, whoever asks, and each has its own copy', async () => {
    await Promise.all(times(5, (i) => realm.of(things).insert({ id: `t${i}`, kind: 'red', tags: ['t'] })));
    sent.length = 0;
    const all = realm.of(things);
    const later = Promise.resolve().then(() => all.get('t3'));
    const [a, b, many, other, elsewhere] = await Promise.all([
      all.get('t1'),
      all.get('t1'),
      all.getMany(['t0', 't2', 'nobody']),
      later,
      store.in('another').of(things).get('t1'),
    ]);
    expect(sent).toEqual([{ name: 'find', collection: 'things' }]);
    expect([a?.id, b?.id, [...many.keys()].sort(), other?.id, elsewhere]).toEqual([
      't1',
      't1',
      ['t0', 't2'],
      't3',
      undefined,
    ]);
    a?.tags?.push('mine');
    expect(b?.tags).toEqual(['t']);
  });

  test('reads by a key of one tick are one command for each that differs in more than its last value', async () => {
    const all = realm.of(things);
    await Promise.all(times(4, (i) => all.insert({ id: `t${i}`, kind: 'red', name: `n${i}`, tags: ['t'] })));
    await all.insert({ id: 'blue', kind: 'blue', name: 'n1' });
    sent.length = 0;
    const read = (name: string, kind: 'red' | 'blue' = 'red') => all.findOne('name', { kind, name });
    const found = await Promise.all([read('n1'), read('n2'), read('n1'), read('nobody'), read('n1', 'blue')]);
    expect(found.map((one) => one?.id)).toEqual(['t1', 't2', 't1', undefined, 'blue']);
    expect(sent).toEqual([
      { name: 'find', collection: 'things' },
      { name: 'find', collection: 'things' },
    ]);
    found[0]?.tags?.push('mine');
    expect(found[2]?.tags).toEqual(['t']);
    expect(await store.in('another').of(things).findOne('name', { kind: 'red', name: 'n1' })).toBeUndefined();
  });

  test('gets of two collections are two', async () => {
    await Promise.all([realm.of(things).get('a'), realm.of(parts).get('a'), realm.of(parts).get('b')]);
    expect(sent.map(({ collection }) => collection).sort()).toEqual(['parts', 'things']);
  });

  test('inserts of one tick are one command, and each caller hears of its own conflict', async () => {
    const all = realm.of(things);
    await all.insert({ id: 'held', kind: 'red', name: 'held' });
    sent.length = 0;
    const done = await Promise.all([
      all.insert({ id: 'a', kind: 'red', name: 'a' }),
      all.insert({ id: 'held', kind: 'blue' }),
      all.insert({ id: 'b', kind: 'red', name: 'held' }),
      all.insert({ id: 'twice', kind: 'red' }),
      all.insert({ id: 'twice', kind: 'blue' }),
      all.insert({ id: 'c', kind: 'red' }),
    ]);
    expect(sent.filter(({ name }) => name === 'insert')).toHaveLength(1);
    const conflict = (key: string) => ({ ok: false, refusal: { code: 'conflict', key } });
    expect([done[1], done[2], done[4]]).toEqual([conflict('id'), conflict('name'), conflict('id')]);
    expect([done[0], done[3], done[5]].every((each) => each.ok)).toBe(true);
    expect((await all.getMany(['a', 'b', 'twice', 'c'])).size).toBe(3);
  });

  test('inserts that nothing refuses are one command and no more', async () => {
    await Promise.all(times(40, (i) => realm.of(things).insert({ id: `t${i}`, kind: 'red', tags: ['t'] })));
    expect(sent).toEqual([{ name: 'insert', collection: 'things' }]);
  });

  test('a document that is too large is refused alone', async () => {
    const all = realm.of(loose);
    const done = await Promise.allSettled([
      all.insert({ id: 'small', text: 's' }),
      all.insert({ id: 'large', text: 'x'.repeat(17 * 2 ** 20) }),
      all.insert({ id: 'other', text: 's' }),
    ]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(done[1]).toMatchObject({
      reason: { code: 'store-misuse', message: expect.stringContaining('16 MB') as unknown },
    });
    await expect(all.put({ id: 'small', text: 'x'.repeat(17 * 2 ** 20) })).rejects.toMatchObject({
      code: 'store-misuse',
    });
    expect([...(await all.getMany(['small', 'large', 'other'])).keys()].sort()).toEqual(['other', 'small']);
  });

  test('a commit of one write has no transaction; one of several has one, with a message for each collection', async () => {
    await realm.commit([insert(things, { id: 'a', kind: 'red' })]);
    await realm.commit([require(things, 'a', { kind: { is: 'red' } })]);
    expect(raw.map(({ command }) => command['startTransaction'] as unknown)).toEqual([undefined, undefined]);
    sent.length = raw.length = 0;
    await realm.commit([
      insert(things, { id: 'b', kind: 'red' }),
      insert(parts, { id: 'b', thing: 'b' }),
      insert(things, { id: 'c', kind: 'red' }),
      insert(parts, { id: 'c', thing: 'b' }),
    ]);
    expect(sent.map(({ name }) => name)).toEqual(['insert', 'insert', 'commitTransaction']);
    expect(raw.at(0)?.command['startTransaction'] as unknown).toBe(true);
  });

  test('whatever the URL says, writes wait for a journaled majority, and reads see them', async () => {
    const all = realm.of(things);
    await all.insert({ id: 'a', kind: 'red' });
    await Promise.all([all.insert({ id: 'b', kind: 'red' }), all.insert({ id: 'c', kind: 'red' })]);
    await all.put({ id: 'a', kind: 'red' });
    await all.replace({ id: 'a', kind: 'red' }, 2);
    await realm.of(tallies).increment('n', 'n', 1);
    await all.take('b');
    await all.remove('c');
    await all.removeWhere('all', {}, 9);
    await realm.commit([put(parts, { id: 'p', thing: 'x' }), put(tallies, { id: 't' })]);
    await realm.of(parts).get('p');
    await realm.of(things).findOne('name', { kind: 'red', name: 'n' });
    await realm.of(things).find('all', {}, { limit: 9 });
    await realm.of(things).count('all', {}, 9);
    const reads = new Set(['find', 'aggregate', 'getMore']);
    for (const { commandName, command } of raw) {
      const { writeConcern, readConcern, $readPreference: preference, autocommit } = command as Record<string, unknown>;
      if (reads.has(commandName)) expect(readConcern).toMatchObject({ level: 'majority' });
      else if (autocommit === undefined || commandName === 'commitTransaction')
        expect(writeConcern).toMatchObject({ w: 'majority', j: true });
      // `primary` is what is meant where nothing is said.
      expect((preference as { mode?: string } | undefined)?.mode ?? 'primary').toMatch(/^primary/);
    }
    expect(raw.length).toBeGreaterThan(14);
  });

  test('names within a document mean nothing to MongoDB or its driver', async () => {
    const any = {
      $set: { $where: 'x', '%': 1, '%$': 2 },
      _bsontype: 'ObjectId',
      'a.b': { '': ['$x', { $ref: 'r', $id: 1, $db: 'd' }] },
      constructor: { toBSON: 'x', length: 5 },
      $numberLong: '5',
      list: [[{ $date: 'now' }]],
      toString: 'x',
      0: 'zero',
    };
    const all = realm.of(loose);
    await all.insert({ id: 'a', any });
    expect(await all.get('a')).toEqual({ id: 'a', any, version: 1 });
    await all.put({ id: 'a', any: { any } });
    expect(await all.get('a')).toEqual({ id: 'a', any: { any }, version: 2 });
    await all.replace({ id: 'a', any: { plain: 1 } }, 2);
    expect(await all.get('a')).toEqual({ id: 'a', any: { plain: 1 }, version: 3 });
    await realm.commit([replace(loose, { id: 'a', any }, 3), insert(loose, { id: 'b', any })]);
    expect([...(await all.getMany(['a', 'b'])).values()].map((each) => each.any)).toEqual([any, any]);
    expect((await all.find('all', {}, { limit: 9 })).rows.map((each) => each.any)).toEqual([any, any]);
  });

  test('realms whose names hold one another’s separators stay apart', async () => {
    const names = ['a', 'a:b', 'a%3Ab', 'a;', 'a:', '%', '%25'];
    for (const name of names) await store.in(name).of(loose).put({ id: 'b:c', text: name });
    await store.in('a').of(loose).put({ id: 'b:b:c', text: 'a' });
    for (const name of names) {
      const { rows } = await store.in(name).of(loose).find('all', {}, { limit: 9 });
      expect(rows.map(({ text }) => text)).toEqual(rows.map(() => name));
      expect(rows).toHaveLength(name === 'a' ? 2 : 1);
    }
  });
});
