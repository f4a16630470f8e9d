/** Refresh tokens of upstreams, kept with links: taken by one at a time, and replaced whatever else happens to the link. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { LinkRefreshTokens } from '../../src/identity/links/refresh-tokens.js';
import { atTime } from '../support/at-time.js';
import { by, identityStores, type IdentityStore, made } from './identity-store.js';

describe.each(identityStores)('on %s,', (_store, open) => {
  let home: IdentityStore;
  let tokens: LinkRefreshTokens;
  let people = 0;
  beforeAll(async () => {
    home = await open();
    tokens = new LinkRefreshTokens(home.realm);
  });
  afterAll(() => home.close());

  /** The subject of a new user who is linked to it. */
  async function linked(token?: string) {
    const upstream = { connector: 'partner', issuer: '', subject: `subject-${++people}` };
    const user = made(await home.users.create(by, { username: `user-${people}` }));
    made(await home.links.add(by, user.id, upstream));
    await tokens.keep(upstream, token);
    const read = async () => {
      const link = await home.links.find(upstream);
      if (!link) throw new Error('There is no link.');
      return link;
    };
    return { upstream, user, read };
  }

  test('a token that twenty take at once is had by one of them', async () => {
    const { upstream, read } = await linked('token');
    const link = await read();
    const taken = await Promise.all(Array.from({ length: 20 }, () => tokens.take(link)));
    expect(taken.filter((token) => token !== undefined)).toEqual(['token']);
    expect(await tokens.take(await read())).toBe(undefined);
    await tokens.keep(upstream, 'next');
    expect(await tokens.take(await read())).toBe('next');
  });

  test('a token whose taker never came back can be taken again', async () => {
    const { read } = await linked('token');
    expect(await tokens.take(await read())).toBe('token');
    const link = await read();
    expect(await atTime(Date.now() + minutes(2), () => tokens.take(link))).toBe('token');
  });

  test('a link without a token gives none, and is not written', async () => {
    const { upstream, read } = await linked();
    const link = await read();
    expect(await tokens.take(link)).toBe(undefined);
    await tokens.keep(upstream, undefined);
    expect(await read()).toEqual(link);
  });

  test('a token is kept although the link changes at the same time, and nothing else of the link is lost', async () => {
    const { upstream, user, read } = await linked('first');
    const results = await Promise.all([
      home.links.suspend(by, upstream, 'disabled'),
      tokens.keep(upstream, 'second'),
      home.links.suspend(by, upstream, 'disabled'),
    ]);
    expect(results[0].ok).toBe(true);
    expect(await read()).toMatchObject({ refreshToken: 'second', suspendedAs: 'disabled', userId: user.id });
  });

  test('nothing happens where the link was removed meanwhile', async () => {
    const { upstream } = await linked('token');
    await home.links.forgetConnector('partner');
    await tokens.keep(upstream, 'next');
    expect(await home.links.find(upstream)).toBe(undefined);
  });
});
