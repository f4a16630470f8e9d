/** The index of segment members for lists, updated by changes and by a job. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { days, hours } from '../../src/base/clock.js';
import { users } from '../../src/identity/users/user.js';
import { passes } from '../support/passes.js';
import { bring, by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const file = (rule: string) => `
groups:
  - { name: berliners, type: segment, rule: '${rule}' }
  - { name: regulars, type: segment, rule: 'behaviour.count("purchase", 30) >= 3' }
users:
  - { username: ada, attributes: [{ name: city, value: Berlin }] }
  - { username: bob }
`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, who is in a segment', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    expect(await bring(realm.parts, file('"Berlin" in attributes.city'))).toEqual([]);
  });
  afterAll(() => realm.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const idOf = async (name: string): Promise<string> => (await realm.parts.identifiers.findUser(name))?.id ?? '';
  async function listed(segment: string): Promise<string[]> {
    const id = (await realm.parts.groups.findByName(segment))?.id ?? '';
    const { rows } = await realm.parts.users.listBySegment(id, { limit: 10 });
    return rows.map(({ username }) => username);
  }
  const runDue = () => realm.parts.background.runDue((error) => expect(error).toBeUndefined());

  test('is written with what a person is, in the same commit', async () => {
    const { parts } = realm;
    const saved = await parts.users.update(by, await idOf('bob'), { attributes: [{ name: 'city', value: 'Berlin' }] });
    expect(saved).toMatchObject({ ok: true, value: { segments: [expect.any(String)] } });
    expect(await listed('berliners')).toContain('bob');
    await parts.users.update(by, await idOf('bob'), { attributes: [] });
    expect(await listed('berliners')).not.toContain('bob');
  });

  test('follows a changed rule in the background, and who left for reasons of time', async () => {
    const { parts } = realm;
    const id = await idOf('ada');
    const at = Date.now();
    await parts.behaviours.countAll(new Map([[id, [{ event: 'purchase', count: 3, at }]]]));
    await parts.segments.countedOf([id]);
    expect(await listed('regulars')).toEqual(['ada']);
    expect(await bring(parts, file('emailVerified == false'))).toEqual([]);
    await runDue();
    expect(await listed('berliners')).toEqual(['ada', 'bob']);
    passes(days(31));
    await runDue();
    expect(await listed('regulars')).toEqual([]);
  });

  test('is written with an e-mail address, in the same commit', async () => {
    const { identifiers } = realm.parts;
    const id = await idOf('bob');
    await identifiers.setEmail(by, id, { address: 'bob@people.test', verified: true });
    expect(await listed('berliners')).toEqual(['ada']);
    await identifiers.setEmail(by, id, undefined);
    expect(await listed('berliners')).toEqual(['ada', 'bob']);
  });

  test('is brought up to date although the last run was at a time that lies ahead by now', async () => {
    expect(await listed('regulars')).toEqual([]);
    await runDue();
    expect(await listed('regulars')).toEqual(['ada']);
  });

  test('is left alone where nothing changed', async () => {
    const before = await realm.parts.users.get(await idOf('ada'));
    passes(hours(2));
    await runDue();
    expect((await realm.parts.users.get(await idOf('ada')))?.version).toBe(before?.version);
  });

  test('is found out anew of a user whom a version before wrote', async () => {
    const collection = realm.parts.realm.of(users);
    const { segments: _, ...user } = (await collection.get(await idOf('ada'))) ?? ({} as never);
    const { version, ...old } = user;
    await collection.replace(old, version);
    expect(await listed('berliners')).toEqual(['bob']);
    await realm.parts.segments.bringAll(new AbortController().signal);
    expect(await listed('berliners')).toEqual(['ada', 'bob']);
  });
});
