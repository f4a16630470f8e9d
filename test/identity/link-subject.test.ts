/** Links while others change them or their users: one that gets another subject of the same person, and one that is made. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identityLinks } from '../../src/identity/links/identity-link.js';
import { users } from '../../src/identity/users/user.js';
import { remove } from '../../src/storage/write.js';
import { by, identityStores, type IdentityStore, made } from './identity-store.js';

describe.each(identityStores)('on %s,', (_store, open) => {
  let home: IdentityStore;
  let people = 0;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  /** A new user, linked to a subject of `corp` that is their name. */
  async function person(issuer = '') {
    const username = `person-${++people}`;
    const user = made(await home.users.create(by, { username }));
    made(await home.links.add(by, user.id, { connector: 'corp', issuer, subject: username, base: 'ou=people' }));
    const link = await home.links.find({ connector: 'corp', issuer, subject: username });
    if (!link) throw new Error('There is no link.');
    return { user, link };
  }
  const find = (subject: string, issuer = '') => home.links.find({ connector: 'corp', issuer, subject });
  const refusal = (code: string) => ({ ok: false, refusal: { code } });

  test('a link with another subject is the same link, found by that alone', async () => {
    const { user, link } = await person();
    const moved = made(await home.links.changeSubject(by, link, `${link.subject}-2`));
    expect(moved).toEqual({ ...link, subject: `${link.subject}-2`, version: link.version + 1 });
    expect(await home.links.of(user.id)).toEqual([moved]);
    expect([await find(link.subject), await find(moved.subject)]).toEqual([undefined, moved]);
    // What is returned is as stored, for whoever changes the link next.
    made(await home.links.changeSubject(by, moved, `${link.subject}-3`));
  });

  test.each(['', 'https://issuer.example'])(
    'the record says which subject of the issuer “%s” the user had and has',
    async (issuer) => {
      const { user, link } = await person(issuer);
      made(await home.links.changeSubject(by, link, `${link.subject}-2`));
      const shown = (subject: string) => ({
        links: [{ connector: 'corp', subject, ...(issuer !== '' && { issuer }) }],
      });
      const [made1, moved] = home.events.slice(-2);
      expect(made1).toEqual({
        ...{ kind: 'user.linked', realm: 'tests', subject: { kind: 'user', id: user.id } },
        ...{ details: { connector: 'corp' }, after: shown(link.subject) },
      });
      expect(moved).toEqual({ ...made1, before: shown(link.subject), after: shown(`${link.subject}-2`) });
    },
  );

  test('a subject that is linked already stays with whom it is', async () => {
    const [one, other] = [await person(), await person()];
    expect(await home.links.changeSubject(by, one.link, other.link.subject)).toEqual({
      ok: false,
      refusal: {
        code: 'taken',
        problems: [expect.objectContaining({ code: 'subject-linked-already', params: { connector: 'corp' } })],
      },
    });
    expect([await find(one.link.subject), await find(other.link.subject)]).toEqual([one.link, other.link]);
  });

  test('a link that changed meanwhile is refused', async () => {
    const { link } = await person();
    made(await home.links.suspend(by, link, 'gone'));
    expect(await home.links.changeSubject(by, link, `${link.subject}-2`)).toMatchObject(refusal('changed'));
    expect(await find(link.subject)).toMatchObject({ suspendedAs: 'gone' });
  });

  test('a link that was removed meanwhile is missing, by its id', async () => {
    const { link } = await person();
    await home.realm.commit([remove(identityLinks, link.id)]);
    expect(await home.links.changeSubject(by, link, `${link.subject}-2`)).toMatchObject({
      ...{
        ok: false,
        refusal: { code: 'missing', problems: [{ params: { thing: { kind: 'link', name: link.id } } }] },
      },
    });
  });

  test('a link that a removed user left behind gets no other subject', async () => {
    const { user, link } = await person();
    await home.realm.commit([remove(users, user.id)]);
    expect(await home.links.changeSubject(by, link, `${link.subject}-2`)).toMatchObject(refusal('missing'));
    expect(await find(link.subject)).toEqual(link);
  });

  describe('a link that is made just then', () => {
    const upstream = () => ({ connector: 'corp', issuer: '', subject: `person-${++people}` });
    /** Runs this once, just before the next commit. */
    function beforeCommit(work: () => Promise<unknown>): void {
      const commit = home.realm.commit.bind(home.realm);
      Object.assign(home.realm, {
        async commit(writes: Parameters<typeof commit>[0]) {
          Object.assign(home.realm, { commit });
          await work();
          return commit(writes);
        },
      });
    }

    test('keeps its user from being removed without it', async () => {
      const [{ user }, late] = [await person(), upstream()];
      beforeCommit(async () => made(await home.links.add(by, user.id, late)));
      expect(await home.users.remove(by, user.id)).toMatchObject(refusal('changed'));
      made(await home.users.remove(by, user.id));
      expect(await find(late.subject)).toBeUndefined();
    });

    test('is not made if its user is removed', async () => {
      const [{ user }, late] = [await person(), upstream()];
      beforeCommit(async () => made(await home.users.remove(by, user.id)));
      expect(await home.links.add(by, user.id, late)).toMatchObject(refusal('missing'));
      expect(await find(late.subject)).toBeUndefined();
    });

    test('is made although its user changes, unless the user was to be as confirmed', async () => {
      const [{ user }, late] = [await person(), upstream()];
      const change = async () => made(await home.users.update(by, user.id, { profile: { name: `${++people}` } }));
      beforeCommit(change);
      made(await home.links.add(by, user.id, late));
      expect((await home.users.get(user.id))?.profile).toEqual({ name: `${people}` });
      made(await home.links.add(by, user.id, upstream(), await home.users.get(user.id)));
      const now = await home.users.get(user.id);
      expect(now?.confirmations).toEqual([{ connector: 'corp', at: expect.any(Number) }]);
      beforeCommit(change);
      expect(await home.links.add(by, user.id, upstream(), now)).toMatchObject(refusal('changed'));
    });
  });
});
