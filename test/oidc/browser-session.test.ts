/** The user who is signed in at a browser, as the account pages and other modules see them. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { users } from '../../src/identity/users/user.js';
import { signedInAt } from '../../src/oidc/endpoints/browser-session.js';
import { endSession } from '../../src/sessions/end-session.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { koaContext, signedCookie } from './koa-context.js';
import { inRequest, user } from './request.js';

const COOKIE = '__Host-gatehouse-session';

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
  cookie: hashOf('value'),
  userId: 'ada',
  startedAt: now(),
  signOutEpoch: now(),
  proofs: [],
  clients: [],
  payload: '{}',
  expiresAt: now() + minutes(1),
};

/** The user at the browser that sends this cookie. */
const signedIn = async (cookie = signedCookie(COOKIE, 'value')) => {
  const context = koaContext({ headers: { cookie } });
  const found = await inRequest(() => signedInAt(new URL('https://id.example.com'))(context), { realm, context });
  return found && { user: found.user.id, session: found.session.id };
};

test('the user of the session whose cookie the browser sends is signed in there', async () => {
  expect(await signedIn()).toEqual({ user: 'ada', session: 's' });
});

test('nobody is by a cookie of another value, another name, or another signature', async () => {
  for (const cookie of [
    'other=x',
    `${COOKIE}=value`,
    signedCookie(COOKIE, 'another'),
    signedCookie('gatehouse-session', 'value'),
    signedCookie(COOKIE, 'value', 'another key'),
  ]) {
    expect(await signedIn(cookie)).toBeUndefined();
  }
});

test('nobody is by a session that has ended, or in which nobody signed in', async () => {
  const { userId: _, ...before } = SESSION;
  await realm.of(sessions).insert({ ...before, id: 'before', cookie: hashOf('before') });
  expect(await signedIn(signedCookie(COOKIE, 'before'))).toBeUndefined();
  await endSession(realm, 's', now());
  expect(await signedIn()).toBeUndefined();
});

test('nobody is who was disabled, or signed out everywhere', async () => {
  const change = (about: object) => realm.of(users).change('ada', ({ version: _, ...ada }) => ({ ...ada, ...about }));
  await change({ blocks: [{ by: 'administrator', since: 0 }] });
  expect(await signedIn()).toBeUndefined();
  await change({ blocks: [], signedOutAt: now() + minutes(1) });
  expect(await signedIn()).toBeUndefined();
});
