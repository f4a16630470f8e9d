import { describe, expect, test } from '@jest/globals';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  introspect,
  refresh,
  signIn,
  userinfo,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, refreshOf, Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, storeKinds, ORDERS, passwordOf, signedIn } from './flow-host.js';

const app = application('public');
const confidential = application('confidential', CONFIDENTIAL_SECRET);
const WITH_ORDERS = { scope: 'openid orders:read orders:write', resource: ORDERS };

describe.each(storeKinds)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  const twenty = <T>(one: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 20 }, one));

  describe('one sign-in', () => {
    const typed = () => ({ identifier: 'alice', password: passwordOf(host, 'alice') });
    const isLedOn = ({ status, text }: { readonly status: number; readonly text: string }): boolean =>
      status === 410 && text.includes('https://public.test/sign-in?from=idp');

    test('whose form is sent 20 times at once gives one code, and the others a page that leads on', async () => {
      const visitor = new Visitor();
      const authRequest = ask(host, app);
      const page = await visitor.visit(authRequest.url);

      const done = await twenty(() => visitor.submit(page, typed()));

      const [won, ...more] = done.filter(({ url }) => url.searchParams.has('code'));
      if (!won) throw new Error('Nobody got a code.');
      expect(more).toEqual([]);
      // So many passwords for one name at once may be too many: then the form says when to come again.
      const waits = (answer: Page): boolean => answer.status === 429 && answer.heading === 'Sign in';
      expect(done.filter((answer) => answer !== won && !isLedOn(answer) && !waits(answer))).toEqual([]);
      expect((await exchange(host, authRequest, codeOf(won))).status).toBe(200);
      codeOf(await visitor.visit(ask(host, app, { prompt: 'none' }).url));
    });

    test('that is followed 20 times at once to where it goes on gives one code', async () => {
      const visitor = new Visitor();
      const page = await visitor.visit(ask(host, app).url);
      const post = () =>
        visitor.request(page.action, { method: 'POST', body: new URLSearchParams({ ...page.fields, ...typed() }) });
      const resume = new URL((await post()).headers.get('location') ?? '', host.issuer);
      const cookie = visitor.cookiesFor(resume);

      const done = await twenty(() => fetch(resume, { headers: { cookie }, redirect: 'manual' }));

      const answers = await Promise.all(
        done.map(async (answer) => ({ status: answer.status, text: await answer.text() })),
      );
      const codes = answers.filter(({ text }) => refreshOf(text)?.includes('code=') === true);
      expect(codes).toHaveLength(1);
      expect(answers.filter((answer) => answer !== codes[0] && !isLedOn(answer))).toEqual([]);
      expect((await post()).status).toBe(410);
    });
  });

  describe('of 20 parallel redemptions of one code', () => {
    test('one wins, and what it got is dead, since the code is in two hands', async () => {
      const authRequest = ask(host, app, WITH_ORDERS);
      const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));

      const answers = await twenty(() => exchange(host, authRequest, code));

      const won = answers.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(19);
      const [winner] = won;
      expect((await userinfo(host, winner?.body.access_token ?? '')).status).toBe(401);
      expect((await refresh(host, app, winner?.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
    });
  });

  describe('of 20 parallel rotations of one refresh token', () => {
    test('one wins, and nothing of the grant outlives the revocation', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);

      const answers = await twenty(() => refresh(host, app, tokens.refresh_token));

      const won = answers.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(19);
      for (const token of [tokens.access_token, won[0]?.body.access_token ?? '']) {
        expect((await userinfo(host, token)).status).toBe(401);
      }
      expect((await refresh(host, app, won[0]?.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
    });
  });

  describe('a refresh token', () => {
    test('follows on from its successor, which alone is good', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);
      const second = await refresh(host, app, tokens.refresh_token);
      const third = await refresh(host, app, second.body.refresh_token);
      expect([second.status, third.status]).toEqual([200, 200]);
      expect((await userinfo(host, third.body.access_token)).status).toBe(200);
    });

    test('that was used before ends the grant, however long ago that was', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);
      const second = await refresh(host, app, tokens.refresh_token);
      const third = await refresh(host, app, second.body.refresh_token);

      expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');

      expect((await refresh(host, app, third.body.refresh_token)).body.error).toBe('invalid_grant');
      expect((await userinfo(host, third.body.access_token)).status).toBe(401);
    });

    test('stays good when it was sent with a wrong resource', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);

      const wrong = await refresh(host, app, tokens.refresh_token, { resource: 'https://stock.test' });
      expect(wrong.body.error).toBe('invalid_target');

      const right = await refresh(host, app, tokens.refresh_token, { resource: ORDERS });
      expect(right.status).toBe(200);
      expect(claimsOf(right.body.access_token)).toMatchObject({ aud: ORDERS });
    });

    test('stays good when it was sent with a scope that was not granted', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);
      expect((await refresh(host, app, tokens.refresh_token, { scope: 'openid email' })).body.error).toBe(
        'invalid_scope',
      );
      expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
    });

    test('of another client is refused, and stays good with its own', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);
      const thief = await refresh(host, application('asking'), tokens.refresh_token);
      expect(thief.body.error).toBe('invalid_grant');
      expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
    });

    test('made of a known family and a guessed second half ends the grant and gives nothing', async () => {
      const { tokens } = await signedIn(host, app, WITH_ORDERS);
      const [family] = tokens.refresh_token.split('.');
      expect((await refresh(host, app, `${String(family)}.guessed`)).body.error).toBe('invalid_grant');
      expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
    });
  });

  describe('a refresh token of a client whose answers may get lost', () => {
    const lossy = application('lossy');
    const signedInThere = async () => (await signedIn(host, lossy)).tokens;

    test('brings the same successor again while its interval lasts', async () => {
      const tokens = await signedInThere();
      const first = await refresh(host, lossy, tokens.refresh_token);
      await host.advance(9_000);
      const again = await refresh(host, lossy, tokens.refresh_token);
      expect([first.status, again.status]).toEqual([200, 200]);
      expect(again.body.refresh_token).toBe(first.body.refresh_token);
      expect(again.body.access_token).not.toBe(first.body.access_token);
      for (const { body } of [first, again]) expect((await userinfo(host, body.access_token)).status).toBe(200);
      expect((await refresh(host, lossy, first.body.refresh_token)).status).toBe(200);
    });

    test('of 20 at the same moment brings all of them the same one', async () => {
      const tokens = await signedInThere();
      const answers = await twenty(() => refresh(host, lossy, tokens.refresh_token));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      expect((await refresh(host, lossy, answers[0]?.body.refresh_token ?? '')).status).toBe(200);
    });

    test('ends the grant when the interval is over, and asking again does not make it longer', async () => {
      const tokens = await signedInThere();
      const first = await refresh(host, lossy, tokens.refresh_token);
      await host.advance(9_000);
      await refresh(host, lossy, tokens.refresh_token);
      await host.advance(2_000);
      expect((await refresh(host, lossy, tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect((await refresh(host, lossy, first.body.refresh_token)).body.error).toBe('invalid_grant');
    });

    test('ends the grant when its successor was used already', async () => {
      const tokens = await signedInThere();
      const first = await refresh(host, lossy, tokens.refresh_token);
      const second = await refresh(host, lossy, first.body.refresh_token);
      expect((await refresh(host, lossy, tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect((await refresh(host, lossy, second.body.refresh_token)).body.error).toBe('invalid_grant');
    });

    test('is refused to another client, and nobody learns at introspection what it is worth', async () => {
      const tokens = await signedInThere();
      await refresh(host, lossy, tokens.refresh_token);
      expect((await introspect(host, confidential, tokens.refresh_token)).body).toEqual({ active: false });
      expect((await introspect(host, lossy, tokens.refresh_token)).body).toMatchObject({ error: 'invalid_client' });
      expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
    });
  });

  describe('a code', () => {
    test('that is redeemed twice, one after the other, takes what it gave with it', async () => {
      const authRequest = ask(host, app);
      const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));
      const first = await exchange(host, authRequest, code);
      expect((await exchange(host, authRequest, code)).body.error).toBe('invalid_grant');
      expect((await userinfo(host, first.body.access_token)).status).toBe(401);
    });

    test('without its verifier is refused', async () => {
      const authRequest = ask(host, app);
      const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));
      expect((await exchange(host, { ...authRequest, verifier: 'x'.repeat(43) }, code)).body.error).toBe(
        'invalid_grant',
      );
    });

    test('is good for a minute', async () => {
      const authRequest = ask(host, app);
      const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));
      await host.advance(61_000);
      expect((await exchange(host, authRequest, code)).body.error).toBe('invalid_grant');
    });
  });
});
