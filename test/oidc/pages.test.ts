/** The library's own pages in our words: what they say, and what they keep to themselves. */
import { describe, expect, test } from '@jest/globals';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { because } from '../../src/http/refusals/because.js';
import { users } from '../../src/identity/users/user.js';
import { pages } from '../../src/oidc/configuration/pages.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { sessions } from '../../src/sessions/session.js';
import { temporaryStore } from '../support/store.js';
import { DEFAULT_SETTINGS, koaContext, realPages } from './koa-context.js';
import { inRequest, libraryClient } from './request.js';

const startAgain = async (uid: string) => ({ application: 'Shop', href: `https://shop.example/start?${uid}` });
const configured = pages(realPages, startAgain, pairwiseSubjects(Buffer.alloc(32)));
const { rpInitiatedLogout } = configured.features;

describe('an error page', () => {
  const shown = async (status: number, oidc: object = {}, thrown = new Error('invalid_request')) => {
    const context = koaContext({ url: '/auth/uid', oidc: { params: {}, ...oidc } });
    context.status = status;
    const ctx = context as unknown as KoaContextWithOIDC;
    const said = { error: 'invalid_request', error_description: 'what the library says' };
    await inRequest(() => configured.renderError(ctx, said, thrown as never), { context });
    return {
      status: context.status,
      page: String(context.body),
      language: context.response.headers['content-language'],
    };
  };

  /** A fault of which more is known than the library says. */
  const MISMATCH = Object.assign(new Error('invalid_redirect_uri'), {
    error_description: "redirect_uri did not match any of the client's registered redirect_uris",
  });
  const REQUEST = { client: libraryClient(), params: { redirect_uri: 'https://shop.example/cb' } };
  const titles = ({ page }: { page: string }) => page.match(/<dt>/g)?.length;

  test('tells the application’s developer what was wrong, and why', async () => {
    const answer = await shown(400, REQUEST, MISMATCH);
    expect(answer.status).toBe(400);
    expect(answer.page).toContain('invalid_request');
    expect(answer.page).toContain('what the library says');
    expect(titles(answer)).toBe(4);
    expect(titles(await shown(400, {}, because(new Error('invalid_request'), 'scope-unknown')))).toBe(3);
  });

  test('for a fault of ours blames no application, and explains nothing', async () => {
    const [ours, theirs] = [await shown(500, REQUEST, MISMATCH), await shown(400, REQUEST, MISMATCH)];
    expect(ours.status).toBe(500);
    expect(titles(ours)).toBe(3);
    const alert = ({ page }: { page: string }) => /role="alert">([^<]*)</.exec(page)?.[1];
    expect(alert(ours)).not.toBe(alert(theirs));
  });

  test('of a request that could not resume leads back to where its person started', async () => {
    const { status, page } = await shown(400, { route: 'resume' });
    expect(status).toBe(410);
    expect(page).toContain('https://shop.example/start?uid');
    expect(page).not.toContain('what the library says');
    expect((await shown(500, { route: 'resume' })).page).not.toContain('shop.example');
  });

  test('speaks the language that the application asks for', async () => {
    expect((await shown(400, { params: { ui_locales: 'de' } })).language).toBe('de');
    expect((await shown(400, { params: { ui_locales: 7 } })).language).toBe(DEFAULT_SETTINGS.locale);
  });
});

describe('somebody who comes to sign out', () => {
  const SESSION = { state: { secret: 'the library’s own' }, destroy: async () => undefined };
  const comes = async (oidc: object = {}, isKnown = false) => {
    const opened = await temporaryStore([sessions, users]);
    const realm = opened.store.in('default');
    await realm.of(sessions).insert({
      id: 's',
      cookie: hashOf('cookie'),
      userId: 'ada',
      startedAt: now(),
      signOutEpoch: now(),
      proofs: [],
      clients: [{ clientId: 'shop', sid: 'sid', offline: false }],
      payload: '{}',
      expiresAt: now() + 60_000,
    });
    const context = koaContext({
      oidc: {
        client: libraryClient(),
        session: SESSION,
        params: {},
        entities: {},
        provider: { cookieName: () => 'session' },
        cookies: { set: () => undefined },
        urlFor: (name: string) => `https://id.example.com/${name}`,
        ...oidc,
      },
    });
    await inRequest(
      async (scope) => {
        if (isKnown) await scope.reads.sessionByCookie(hashOf('cookie'));
        await rpInitiatedLogout.logoutSource(context as unknown as KoaContextWithOIDC);
      },
      { realm, context, settings: DEFAULT_SETTINGS },
    );
    await opened.close();
    return { status: context.status, page: String(context.body), location: context.response.headers['location'] };
  };

  test('is asked, by a form that the library takes as its own', async () => {
    const { status, page } = await comes();
    expect(status).toBe(200);
    expect(page).toContain('action="https://id.example.com/end_session_confirm"');
    expect(page).toContain('name="xsrf" value="the library’s own"');
    expect(page).toContain('Shop');
  });

  test('with the ID token of their session is signed out at once', async () => {
    const payload = { sub: 'ada', iat: Math.floor(now() / 1000), sid: 'sid' };
    const hinted = { entities: { IdTokenHint: { payload } } };
    expect(await comes(hinted, true)).toMatchObject({
      status: 303,
      location: 'https://id.example.com/end_session_success',
    });
    expect((await comes(hinted)).status).toBe(200);
  });
});

test.each([
  ['names the application that they left', libraryClient(), true],
  ['says that they are signed out everywhere else', undefined, false],
])('the page after a sign-out %s', async (_what, client, isNamed) => {
  const context = koaContext({ oidc: { client, params: {} } });
  await rpInitiatedLogout.postLogoutSuccessSource(context as unknown as KoaContextWithOIDC);
  expect(context.status).toBe(200);
  expect(String(context.body).includes('Shop')).toBe(isNamed);
});
