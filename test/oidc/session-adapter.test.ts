/** Browser sessions in a real store: which cookie still opens one, and what a save of the library leaves. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { users } from '../../src/identity/users/user.js';
import { sessionAdapter } from '../../src/oidc/adapter/session-adapter.js';
import { endSession } from '../../src/sessions/end-session.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { koaContext } from './koa-context.js';
import { inRequest, user } from './request.js';

const COOKIES = ['gatehouse-session=new', 'gatehouse-session.sig=x', 'gatehouse-resume=y'];

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([sessions, users, logouts]);
  realm = opened.store.in('default');
  const { version: _, ...ada } = user();
  await realm.of(users).insert(ada);
  await realm.of(sessions).insert(SESSION);
});
afterEach(() => opened.close());

const SESSION: Session = {
  id: 's',
  cookie: hashOf('cookie'),
  formerCookie: hashOf('former'),
  formerUntil: now() + minutes(1),
  userId: 'ada',
  startedAt: now(),
  signOutEpoch: now(),
  proofs: [{ method: 'pwd', at: now() }],
  clients: [{ clientId: 'shop', sid: 'sid', offline: false }],
  payload: '{"acr":"a"}',
  expiresAt: now() + minutes(1),
};

const stored = (id = 's') => realm.of(sessions).get(id);
const change = (about: Partial<Session>) =>
  realm.of(sessions).change('s', ({ version: _, ...session }) => ({ ...session, ...about }));
const found = (cookie: string) => inRequest(() => sessionAdapter.find(cookie), { realm });

/** A request of this library context, whose answer would set every cookie. */
function requestWith(oidc: object = {}, headers: Readonly<Record<string, string>> = {}): Context {
  const context = koaContext({ headers, oidc });
  context.res.setHeader('set-cookie', COOKIES);
  return context;
}
const cookiesOf = ({ res }: Context) => res.getHeader('set-cookie');

describe('a session is found', () => {
  test('by its cookie, by the one of before the last reset, and by nothing else', async () => {
    expect(await found('cookie')).toMatchObject({ jti: 'cookie', uid: 's', accountId: 'ada', acr: 'a' });
    expect(await found('former')).toMatchObject({ uid: 's' });
    for (const other of ['s', hashOf('cookie'), '']) expect(await found(other)).toBeUndefined();
  });

  test('by a former cookie for a while only', async () => {
    await change({ formerUntil: now() });
    expect(await found('former')).toBeUndefined();
  });

  test('no more once it has ended, whichever way it is asked for', async () => {
    await endSession(realm, 's', now());
    expect(await found('cookie')).toBeUndefined();
    expect(await inRequest(() => sessionAdapter.findByUid?.('s'), { realm })).toBeUndefined();
  });

  test('no more once its user is disabled, was signed out everywhere, or is gone', async () => {
    await realm.of(users).change('ada', ({ version: _, ...ada }) => ({ ...ada, signedOutAt: now() + minutes(1) }));
    expect(await found('cookie')).toBeUndefined();
    await realm.of(users).change('ada', ({ version: _, ...ada }) => ({
      ...ada,
      signedOutAt: 0,
      blocks: [{ by: 'administrator', since: 0 }],
    }));
    expect(await found('cookie')).toBeUndefined();
    await change({ userId: 'nobody' });
    expect(await found('cookie')).toBeUndefined();
  });

  test('by its uid to be read, and never to be saved: its cookie is not at hand', async () => {
    const byUid = await inRequest(() => sessionAdapter.findByUid?.('s'), { realm });
    expect(byUid).toMatchObject({ uid: 's', accountId: 'ada' });
    const saving = inRequest(() => sessionAdapter.upsert(String(byUid?.jti), byUid ?? {}, 60), { realm });
    await expect(saving).rejects.toThrow('found by its uid alone');
  });
});

describe('a session that the library saves', () => {
  /** Saves it under the cookie `new`, after this request read it by the cookie `cookie`. */
  const save = (payload: object, context: Context, meanwhile?: () => Promise<unknown>, read = true) =>
    inRequest(
      async (scope) => {
        if (read) await sessionAdapter.find('cookie');
        await sessionAdapter.upsert('new', { uid: 's', ...payload }, 60);
        await meanwhile?.();
        await scope.flush(true);
      },
      { realm, context },
    );

  test('that nobody signed in to is no document, and no cookie', async () => {
    const context = requestWith();
    await save({ uid: 'fresh' }, context, undefined, false);
    expect(await stored('fresh')).toBeUndefined();
    expect(cookiesOf(context)).toEqual(['gatehouse-resume=y']);
  });

  test('that waits for a sign-out is one, whoever it is of', async () => {
    const context = requestWith();
    await save({ uid: 'fresh', state: { secret: 'x' } }, context, undefined, false);
    expect(await stored('fresh')).toMatchObject({ cookie: hashOf('new') });
    expect(cookiesOf(context)).toEqual(COOKIES);
  });

  test('by a sign-in has where that was, and never the cookie itself', async () => {
    const login = { accountId: 'ada', proofs: [{ method: 'pwd', at: 3 }], startedAt: 2, signOutEpoch: 1 };
    const context = requestWith({ result: { login } }, { 'user-agent': 'Browser' });
    context.request.ip = '192.0.2.1';
    await save({ uid: 'fresh', accountId: 'ada' }, context, undefined, false);
    const session = await stored('fresh');
    expect(session).toMatchObject({ agent: 'Browser', address: '192.0.2.1', proofs: login.proofs, signOutEpoch: 1 });
    expect(Object.values(session ?? {})).not.toContain('new');
  });

  test('with its identifier reset is found by the new cookie, which the browser gets', async () => {
    const context = requestWith({ session: { oldId: 'cookie' } });
    await save({ accountId: 'ada' }, context);
    expect(await stored()).toMatchObject({ cookie: hashOf('new'), formerCookie: hashOf('cookie') });
    expect(cookiesOf(context)).toEqual(COOKIES);
  });

  test('and that another tab ended meanwhile stays ended, and its cookie is not set again', async () => {
    const context = requestWith({ session: { oldId: 'cookie' } });
    await save({ accountId: 'ada' }, context, () => endSession(realm, 's', now()));
    expect((await stored())?.endedAt).toBeDefined();
    expect(cookiesOf(context)).toEqual(['gatehouse-resume=y']);
  });

  test('and that another tab gave a newer cookie keeps that', async () => {
    const context = requestWith();
    await save({ accountId: 'ada' }, context, () => change({ cookie: hashOf('newer') }));
    expect(await stored()).toMatchObject({ cookie: hashOf('newer') });
    expect(cookiesOf(context)).toEqual(['gatehouse-resume=y']);
  });
});

describe('a session that the library destroys', () => {
  const destroy = (cookie: string, oidc: object = {}) =>
    inRequest(() => sessionAdapter.destroy?.(cookie), { realm, oidc });

  test('ends at once, and its applications are told', async () => {
    await destroy('cookie');
    expect((await stored())?.endedAt).toBeDefined();
    expect(await realm.of(logouts).count('all', {}, 2)).toBe(1);
  });

  test('stays if only its identifier is reset', async () => {
    await destroy('cookie', { session: { oldId: 'cookie' } });
    expect((await stored())?.endedAt).toBeUndefined();
    await destroy('cookie', { session: { oldId: 'another' } });
    expect((await stored())?.endedAt).toBeDefined();
  });

  test('and that nobody has is no error', async () => {
    await destroy('nothing');
    expect((await stored())?.endedAt).toBeUndefined();
  });
});
