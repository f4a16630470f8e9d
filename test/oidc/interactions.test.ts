/** Authorization requests that wait for a person, as the sign-in pages read them, and the attempts in them. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Provider } from 'oidc-provider';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { ignoredFields } from '../../src/http/refusals/ignored.js';
import { users } from '../../src/identity/users/user.js';
import { interactions, overOf } from '../../src/oidc/interactions/interaction-document.js';
import { sessions } from '../../src/sessions/session.js';
import type { KnownUser } from '../../src/sign-in/flow/facts.js';
import { builtProvider } from './built-provider.js';
import { koaContext } from './koa-context.js';
import { ourClient, user } from './request.js';
import { IN_SESSION, know, requestWith, UID, type WaitingRequests, waitingRequests } from './waiting-request.js';

let provider: Provider;
beforeAll(async () => {
  provider = await builtProvider();
});

let browser: WaitingRequests;
beforeEach(async () => {
  browser = await waitingRequests(provider);
});
afterEach(() => browser.close());

const changeUser = (about: object) =>
  browser.realm.of(users).change('ada', ({ version: _, ...ada }) => ({ ...ada, ...about }));
const isOver = () =>
  browser.realm.of(interactions).change(hashOf(UID), ({ version: _, ...document }) => overOf(document));

describe('a waiting request is read', () => {
  test('by the browser that began it', async () => {
    await browser.waits({ params: { client_id: 'shop', prompt: 'login', login_hint: 'ada', ui_locales: 'de' } });
    const interaction = await browser.found();
    expect(interaction).toMatchObject({
      uid: UID,
      client: { id: 'shop', name: 'Shop', firstParty: true },
      loginHint: 'ada',
      uiLocales: 'de',
      requirements: { login: true, consent: false },
      facts: { shownBefore: [], shownHere: [] },
    });
    expect(interaction.expiresAt).toBeGreaterThan(now());
    expect(interaction).not.toHaveProperty('person');
  });

  describe('with the form of its hint', () => {
    const ordinary = { nameFirst: true, takesPasswords: true };
    beforeEach(() => {
      browser.settings.form = (hint) =>
        hint === 'corp'
          ? { asks: { id: 'corp', displayName: 'Corp' }, nameFirst: false, takesPasswords: true, ordinary }
          : { ...ordinary, hintFault: 'userstore-unknown' };
    });

    test('until a name is typed on a page of its own, which belongs to the form without the hint', async () => {
      await browser.waits({ params: { client_id: 'shop', idp_hint: 'corp' } });
      const sent = requestWith();
      expect(await browser.read(sent)).toMatchObject({ form: { asks: { id: 'corp' } } });
      expect(ignoredFields(sent.req)).toEqual({});
      await browser.inVisit(async (port) => port.identify(await browser.found(), 'ada'));
      expect(await browser.found()).toMatchObject({ form: ordinary, identifier: 'ada', facts: { named: true } });
    });

    test('or the ordinary one, and then the log says why, without the hint itself', async () => {
      await browser.waits({ params: { client_id: 'shop', idp_hint: 'a secret by mistake' } });
      const sent = requestWith();
      expect(await browser.read(sent)).toMatchObject({ form: ordinary, requirements: { nameFirst: true } });
      expect(ignoredFields(sent.req)).toEqual({ ignored: ['parameter idp_hint: userstore-unknown'] });
    });
  });

  test('by no other browser, not even one with a cookie that somebody else planted', async () => {
    await browser.waits();
    expect(await browser.read(koaContext())).toBeUndefined();
    expect(await browser.read(requestWith('another'))).toBeUndefined();
    expect(await browser.read(requestWith(UID, 'another key'))).toBeUndefined();
    expect(await browser.inVisit((port, { req, res }) => port.read(req, res, 'another'))).toBeUndefined();
  });

  test('with the user of its session and their proofs', async () => {
    await browser.waits(IN_SESSION);
    expect(await browser.found()).toMatchObject({
      sessionUid: 's',
      person: { username: 'ada' },
      facts: { user: { id: 'ada' }, shownBefore: [{ method: 'pwd', at: 3 }] },
    });
  });

  test('no more once its session has ended, or is another person’s', async () => {
    await browser.waits(IN_SESSION);
    const change = (about: object) =>
      browser.realm.of(sessions).change('s', ({ version: _, ...session }) => ({ ...session, ...about }));
    await change({ userId: 'bob' });
    expect(await browser.read()).toBeUndefined();
    await change({ userId: 'ada' });
    expect(await browser.read()).toBeDefined();
    await change({ endedAt: now() });
    expect(await browser.read()).toBeUndefined();
  });

  test('no more once it is over, or its client is gone', async () => {
    await browser.waits();
    browser.settings.client = undefined;
    expect(await browser.read()).toBeUndefined();
    browser.settings.client = ourClient();
    expect(await browser.read()).toBeDefined();
    await isOver();
    expect(await browser.read()).toBeUndefined();
  });

  test('no more if its consent page was for an earlier client with the same id', async () => {
    await browser.waits({ prompt: { name: 'consent', details: { clientMade: 1 } } });
    expect(await browser.read()).toBeDefined();
    browser.settings.client = ourClient({ createdAt: 2 });
    expect(await browser.read()).toBeUndefined();
  });
});

describe('an attempt', () => {
  const person = (about: Partial<KnownUser> = {}): Promise<KnownUser> =>
    know(user()).then((known) => ({ ...known, ...about }));
  const grow = async (method: string, about: Partial<KnownUser> = {}) => {
    const interaction = await browser.found();
    const shown = { user: await person(about), at: now(), proof: { method, at: now() } };
    return browser.inVisit((port) => port.grow(interaction, shown));
  };

  test('keeps the proofs of two tabs', async () => {
    await browser.waits();
    expect(await Promise.all([grow('pwd'), grow('otp')])).toEqual([true, true]);
    const { attempt, facts, person: shown } = await browser.found();
    expect(attempt?.proofs.map(({ method }) => method).sort()).toEqual(['otp', 'pwd']);
    expect(facts).toMatchObject({ user: { id: 'ada' }, shownBefore: [] });
    expect(shown).toEqual({ username: 'ada' });
  });

  test('counts no more once its user was signed out everywhere', async () => {
    await browser.waits();
    await grow('pwd', { signOutEpoch: 5 });
    await changeUser({ signedOutAt: 5 });
    expect((await browser.found()).attempt).toBeDefined();
    await changeUser({ signedOutAt: 6 });
    const { attempt, facts } = await browser.found();
    expect(attempt).toBeUndefined();
    expect(facts).not.toHaveProperty('user');
  });

  test('by another person than that of the session hides the session', async () => {
    await browser.waits(IN_SESSION);
    const interaction = await browser.found();
    const bob = await know(user({ id: 'bob' }));
    await browser.inVisit((port) =>
      port.grow(interaction, { user: bob, at: now(), proof: { method: 'pwd', at: now() } }),
    );
    const grown = await browser.found();
    expect(grown).toMatchObject({ person: { username: 'bob' }, facts: { user: { id: 'bob' }, shownBefore: [] } });
    expect(grown).not.toHaveProperty('sessionUid');
  });

  test('of a request that is over does not grow', async () => {
    await browser.waits();
    const interaction = await browser.found();
    await isOver();
    const shown = { user: await person(), at: now(), proof: { method: 'pwd', at: now() } };
    expect(await browser.inVisit((port) => port.grow(interaction, shown))).toBe(false);
    expect(await browser.inVisit((port) => port.identify(interaction, 'ada'))).toBe(false);
    const over = await browser.realm.of(interactions).get(hashOf(UID));
    expect(over).not.toHaveProperty('attempt');
    expect(over).not.toHaveProperty('identifier');
  });

  test('ends when another name is typed, which is kept only where names come first', async () => {
    await browser.waits();
    await grow('pwd');
    const interaction = await browser.found();
    expect(await browser.inVisit((port) => port.identify(interaction, 'bob@forum.example'))).toBe(true);
    expect(await browser.found()).not.toHaveProperty('attempt');
    expect(await browser.found()).not.toHaveProperty('identifier');
    browser.settings.form = () => ({ nameFirst: true, takesPasswords: true });
    expect(await browser.found()).toMatchObject({
      identifier: 'bob@forum.example',
      requirements: { nameFirst: true },
      facts: { named: true },
    });
  });
});
