/** Changing a user's e-mail address: who has it, who is refused, and the result of concurrent changes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { by, identityStores, made, type IdentityStore } from './identity-store.js';

describe.each(identityStores)('a user’s e-mail address, on %s,', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  const namesOf = async (userId: string): Promise<string[]> =>
    (await home.realm.of(identifiers).find('byUser', { userId }, { limit: 10 })).rows.map(({ value }) => value).sort();
  const holder = async (value: string): Promise<string | undefined> =>
    (await home.identifiers.findUser(value))?.username;
  const at = (address: string, verified = true) => ({ address, verified });

  test('is changed: the new one is theirs, and the one before is free', async () => {
    const user = made(
      await home.users.create(by, { username: 'moves', email: 'old@move.example', emailVerified: true }),
    );
    const moved = made(await home.identifiers.setEmail(by, user.id, at('New@move.example')));
    expect(moved).toMatchObject({ version: 2, email: 'New@move.example', emailVerified: true });
    expect(moved.profileChangedAt).toBeGreaterThanOrEqual(user.createdAt);
    expect(moved.terms).toContain('new@move.example');
    expect(moved.terms).not.toContain('old@move.example');
    expect(await home.users.get(user.id)).toEqual(moved);
    expect(home.events.at(-1)).toMatchObject({
      kind: 'user.email-set',
      before: { email: 'old@move.example' },
      after: { email: 'New@move.example', emailVerified: true },
    });
    expect(await holder('new@move.example')).toBe('moves');
    expect(await holder('old@move.example')).toBeUndefined();
    made(await home.users.create(by, { username: 'comes', email: 'old@move.example', emailVerified: true }));
  });

  test('signs in only where it is verified, and no more once it is not, or is removed', async () => {
    const user = made(await home.users.create(by, { username: 'doubts' }));
    made(await home.identifiers.setEmail(by, user.id, at('d@doubts.example', false)));
    expect(await holder('d@doubts.example')).toBeUndefined();
    made(await home.identifiers.setEmail(by, user.id, at('d@doubts.example')));
    expect(await holder('d@doubts.example')).toBe('doubts');
    made(await home.identifiers.setEmail(by, user.id, at('d@doubts.example', false)));
    expect(await namesOf(user.id)).toEqual(['doubts']);
    made(await home.identifiers.setEmail(by, user.id, at('d@doubts.example')));
    const bare = made(await home.identifiers.setEmail(by, user.id, undefined));
    expect(bare).not.toHaveProperty('email');
    expect(bare.emailVerified).toBe(false);
    expect(await namesOf(user.id)).toEqual(['doubts']);
    expect(home.events.at(-1)?.kind).toBe('user.email-removed');
  });

  test('is not written where it is the same, and keeps its place where its case alone changes', async () => {
    const user = made(await home.users.create(by, { username: 'same', email: 'a@same.example', emailVerified: true }));
    const events = home.events.length;
    expect(made(await home.identifiers.setEmail(by, user.id, at('a@same.example')))).toEqual(user);
    expect(home.events).toHaveLength(events);
    expect(made(await home.identifiers.setEmail(by, user.id, at('A@same.example'))).email).toBe('A@same.example');
    expect(await namesOf(user.id)).toEqual(['a@same.example', 'same']);
  });

  test('may be their username, which stays theirs when it goes', async () => {
    const user = made(await home.users.create(by, { username: 'u@self.example' }));
    made(await home.identifiers.setEmail(by, user.id, at('U@self.example')));
    made(await home.identifiers.setEmail(by, user.id, at('other@self.example')));
    expect(await namesOf(user.id)).toEqual(['other@self.example', 'u@self.example']);
    made(await home.identifiers.setEmail(by, user.id, undefined));
    expect(await holder('u@self.example')).toBe('u@self.example');
  });

  test('is refused where somebody has it as address or username, or it is none, and then nothing changes', async () => {
    const user = made(
      await home.users.create(by, { username: 'wants', email: 'has@wants.example', emailVerified: true }),
    );
    made(
      await home.users.create(by, {
        username: 'name@taken.example',
        email: 'has@taken.example',
        emailVerified: true,
      }),
    );
    for (const [address, code] of [
      ['HAS@taken.example', 'taken'],
      ['name@taken.example', 'taken'],
      ['nobody', 'invalid'],
      ['a b@x.example', 'invalid'],
    ] as const) {
      expect(await home.identifiers.setEmail(by, user.id, at(address))).toMatchObject({ ok: false, refusal: { code } });
    }
    expect(await home.identifiers.setEmail(by, 'nobody', at('x@y.example'))).toMatchObject({
      refusal: { code: 'missing' },
    });
    expect(await home.users.get(user.id)).toEqual(user);
    expect(await namesOf(user.id)).toEqual(['has@wants.example', 'wants']);
  });

  test('of 20 who are given one at once, one gets it, and the others keep theirs', async () => {
    const people = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        made(
          await home.users.create(by, {
            username: `racing${i}`,
            email: `own${i}@race.example`,
            emailVerified: true,
          }),
        ),
      ),
    );
    const outcomes = await Promise.all(
      people.map(({ id }) => home.identifiers.setEmail(by, id, at('one@race.example'))),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter((one) => !one.ok && one.refusal.code === 'taken')).toHaveLength(19);
    const winner = outcomes.findIndex(({ ok }) => ok);
    for (const [i, { id }] of people.entries()) {
      const address = i === winner ? 'one@race.example' : `own${i}@race.example`;
      expect((await home.users.get(id))?.email).toBe(address);
      expect(await namesOf(id)).toEqual([address, `racing${i}`].sort());
    }
  });

  test('of 20 that one person is given at once is one, and no other is held', async () => {
    const user = made(await home.users.create(by, { username: 'dizzy' }));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => home.identifiers.setEmail(by, user.id, at(`n${i}@dizzy.example`))),
    );
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
    expect(outcomes.every((one) => one.ok || one.refusal.code === 'changed')).toBe(true);
    const { email } = (await home.users.get(user.id)) ?? {};
    expect(await namesOf(user.id)).toEqual(['dizzy', String(email)].sort());
  });
});
