import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');

describe.each(stores)('the pages of a person on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  const at = (path = ''): string => `${host.issuer}/account${path}`;

  /** A user on an account page. */
  async function arrived(
    username = 'alice',
    path = '',
    password = passwordOf(host, username),
  ): Promise<{ visitor: Visitor; page: Page }> {
    const visitor = new Visitor();
    const question = await visitor.visit(at(path));
    return { visitor, page: await visitor.submit(question, { identifier: username, password }) };
  }

  test('are reached by the ordinary sign-in, and show the person their own things', async () => {
    const { page, visitor } = await arrived();
    expect([page.status, page.url.href, page.heading]).toEqual([200, at(), 'Your account']);
    expect(page.text).toContain('Alice Appleby');
    expect(page.text).toContain('alice@people.test');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect((await visitor.visit(at())).url.href).toBe(at());
  });

  test('show the roles that somebody holds, and through what', async () => {
    const { text } = (await arrived()).page;
    const roles = [...text.matchAll(/<strong>([^<]+)<\/strong>.*?<span class="soft">([^<]+)/gs)];
    expect(roles.map(([, name, through]) => [name, through])).toEqual([
      ['counter', expect.any(String)],
      ['seller', expect.any(String)],
    ]);
    expect(text).toContain('Through the group sales');
  });

  test('show from which address somebody signed in, in the time of their own zone', async () => {
    const { visitor } = await arrived('bob', '/sessions');
    const { text } = await visitor.visit(at('/sessions'));
    expect(text).toContain('<dd>127.0.0.1</dd>');
    expect(text).toMatch(/<time datetime="[0-9-]{10}T[0-9:.]+Z" data-local="true">[^<]* UTC<\/time>/);
  });

  test('know who signed in to an application, without another sign-in', async () => {
    const visitor = new Visitor();
    await signIn(visitor, ask(host, app), 'bob', passwordOf(host, 'bob'));
    expect((await visitor.visit(at())).text).toContain('Bob Brown');
  });

  test('come back after the sign-in to none but a page of theirs', async () => {
    const { visitor } = await arrived();
    for (const state of ['https://evil.test/', '//evil.test', '/session/end', '']) {
      const answer = await visitor.request(`${at('/callback')}?code=x&state=${encodeURIComponent(state)}`);
      expect([state, answer.status, answer.headers.get('location')]).toEqual([state, 303, '/account']);
    }
    const failed = await visitor.visit(`${at('/callback')}?error=%3Cscript%3E&state=x`);
    expect([failed.status, failed.text.includes('<script>')]).toEqual([400, false]);
  });

  test('are left by cancelling the sign-in: nobody is signed in, and who was stays so', async () => {
    const visitor = new Visitor();
    const cancelled = await visitor.submit(await visitor.visit(at()), { decision: 'cancel' });
    expect([cancelled.status, cancelled.heading]).toEqual([200, 'You are not signed in']);
    expect(cancelled.text).toContain('href="/account"');
    const { visitor: alice } = await arrived();
    await host.advance(minutes(6));
    const back = await alice.submit(await alice.visit(at('/password')), { decision: 'cancel' });
    expect([back.url.href, back.heading]).toEqual([at(), 'Your account']);
  });

  test('are nobody’s once the person signed out', async () => {
    const { visitor } = await arrived();
    await visitor.submit(await visitor.visit(`${host.issuer}/session/end`), { logout: 'yes' });
    expect((await visitor.visit(at())).heading).toBe('Sign in');
  });

  test('say that something was done only when it was', async () => {
    const { visitor } = await arrived();
    expect((await visitor.visit(`${at()}?done=password`)).text).not.toContain('role="status"');
  });

  test('leave their client as it is, whatever a realm file or a browser wants of it', async () => {
    const elsewhere = ask(host, { id: 'gatehouse-account', redirectUri: 'https://public.test/callback' });
    expect((await new Visitor().request(elsewhere.url)).status).toBe(400);
  });

  test('outlive five minutes for looking', async () => {
    const { visitor } = await arrived();
    await host.advance(minutes(6));
    expect((await visitor.visit(at())).url.href).toBe(at());
  });

  describe('the profile', () => {
    const scope = 'openid profile phone address';
    const open = (visitor: Visitor): Promise<Page> => visitor.visit(at('/profile'));

    async function told(accessToken: string): Promise<Record<string, unknown>> {
      return (await (await userinfo(host, accessToken)).json()) as Record<string, unknown>;
    }

    test('is shown whole to its owner', async () => {
      const { visitor } = await signedIn(host, app, {}, 'dora');
      const { text } = await visitor.visit(at(''));
      const { fields } = await open(visitor);
      for (const said of ['Dora M. Doe', 'Dodo', 'https://dora.test', '1984-07-31', '+49 30 123456', '10115 Berlin']) {
        expect([said, text.includes(said)]).toEqual([said, true]);
        expect(Object.values(fields).some((value) => value.includes(said))).toBe(true);
      }
    });

    test('is changed by its owner, and what is left empty is gone: at userinfo at once, and in the next ID token', async () => {
      const { visitor, tokens } = await signedIn(host, app, { scope }, 'bob');
      await host.advance(minutes(1));
      const saved = await visitor.submit(await open(visitor), {
        name: ' Robert Brown ',
        nickname: 'Bobby',
        birthdate: '1979',
        website: 'https://bob.test/',
        zoneinfo: 'Europe/Vienna',
        phoneNumber: '+43 1 234567',
        streetAddress: 'Weg 1\r\nStiege 2',
        country: 'AT',
      });
      expect([saved.status, saved.url.pathname, saved.heading]).toEqual([200, '/account/profile', 'Profile']);
      expect(saved.text).toContain('Your profile is saved');
      const expected = {
        name: 'Robert Brown',
        nickname: 'Bobby',
        birthdate: '1979',
        website: 'https://bob.test/',
        zoneinfo: 'Europe/Vienna',
        phone_number: '+43 1 234567',
        phone_number_verified: false,
        address: { street_address: 'Weg 1\nStiege 2', country: 'AT' },
      };
      const now = await told(tokens.access_token);
      expect(now).toMatchObject(expected);
      expect(now['updated_at']).toBeGreaterThan(Number(claimsOf(tokens.id_token)['updated_at']));
      const authRequest = ask(host, app, { scope });
      const next = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
      expect(claimsOf(next.body.id_token)).toMatchObject(expected);

      const emptied = { nickname: '', streetAddress: ' ', country: '', phoneNumber: '' };
      expect((await visitor.submit(await open(visitor), emptied)).status).toBe(200);
      const left = await told(tokens.access_token);
      expect(left).toMatchObject({ name: 'Robert Brown' });
      for (const claim of ['nickname', 'address', 'phone_number', 'phone_number_verified']) {
        expect(left).not.toHaveProperty(claim);
      }
    });

    test('keeps a number verified as long as it is the same', async () => {
      const { visitor, tokens } = await signedIn(host, app, { scope }, 'dora');
      await visitor.submit(await open(visitor), { nickname: 'Dodi' });
      expect(await told(tokens.access_token)).toMatchObject({ nickname: 'Dodi', phone_number_verified: true });
      await visitor.submit(await open(visitor), { phoneNumber: '+49 30 654321' });
      expect(await told(tokens.access_token)).toMatchObject({ phone_number_verified: false });
    });

    test.each<[string, string]>([
      ['name', 'x'.repeat(501)],
      ['nickname', 'two\nlines'],
      ['birthdate', '1984-02-30'],
      ['picture', 'http://people.test/x.png'],
      ['website', 'javascript:alert(1)'],
      ['locale', 'no language'],
      ['zoneinfo', 'Europe/Nowhere'],
      ['phoneNumber', '12345'],
      ['postalCode', 'x'.repeat(41)],
      ['formatted', 'a\u001bb'],
    ])('says at the field %s that it can not be so, keeps what was typed, and saves nothing', async (field, value) => {
      const { visitor, tokens } = await signedIn(host, app, { scope }, 'heidi');
      const refused = await visitor.submit(await open(visitor), { [field]: value, familyName: 'Typed before' });
      expect([refused.status, refused.heading]).toEqual([422, 'Profile']);
      const wrong = [...refused.text.matchAll(/aria-invalid="true" aria-describedby="(\w+)-fault/g)].map(
        ([, at]) => at,
      );
      expect(wrong).toEqual([field]);
      expect(refused.text).toContain(`id="${field}-fault"`);
      expect(refused.fields['familyName']).toBe('Typed before');
      expect(await told(tokens.access_token)).not.toHaveProperty('family_name');
    });

    test('has no field for what is not its owner’s to say, and takes none', async () => {
      const { visitor, tokens } = await signedIn(host, app, { scope: `${scope} email attributes` }, 'heidi');
      const before = await told(tokens.access_token);
      const page = await open(visitor);
      for (const more of [
        'username',
        'email',
        'emailVerified',
        'phoneNumberVerified',
        'attributes',
        'assignments',
        'state',
        'address',
        'profile',
      ]) {
        expect(page.fields).not.toHaveProperty(more);
        expect([more, (await visitor.submit(page, { [more]: 'true' })).status]).toEqual([more, 400]);
      }
      expect(await told(tokens.access_token)).toEqual(before);
    });

    test('is changed only by a form of this session’s own', async () => {
      const { visitor: other } = await signedIn(host, app, {}, 'bob');
      const { visitor, tokens } = await signedIn(host, app, { scope }, 'alice');
      const csrf = (await open(other)).fields['csrf'] ?? '';
      const page = await open(visitor);
      for (const forged of ['', 'x', csrf]) {
        expect((await visitor.submit(page, { csrf: forged, name: 'Mallory' })).status).toBe(403);
      }
      expect(await told(tokens.access_token)).toMatchObject({ name: 'Alice Appleby' });
    });

    test('is changed only by who signed in within five minutes', async () => {
      const { visitor, tokens } = await signedIn(host, app, { scope }, 'alice');
      const page = await open(visitor);
      await host.advance(minutes(6));
      expect((await visitor.submit(page, { name: 'Mallory' })).heading).toBe('Sign in');
      expect((await open(visitor)).heading).toBe('Sign in');
      expect((await visitor.visit(at(''))).text).toContain('Alice Appleby');
      expect(claimsOf(tokens.id_token)).toMatchObject({ name: 'Alice Appleby' });
    });
  });

  describe('a new password', () => {
    const next = 'as many words as it takes';

    async function change(visitor: Visitor, password: string): Promise<Page> {
      return visitor.submit(await visitor.visit(at('/password')), { password, again: password });
    }

    test('ends every other session and its grants, and neither this one nor what was granted in it', async () => {
      const scope = 'openid offline_access';
      const elsewhere = await signedIn(host, app, { scope }, 'bob');
      const here = await signedIn(host, app, { scope }, 'bob');
      const changed = await change(here.visitor, next);
      expect([changed.status, changed.heading]).toEqual([200, 'Password']);
      expect(changed.text).toContain('Your password was changed');

      expect((await refresh(host, app, elsewhere.tokens.refresh_token)).status).toBe(400);
      expect((await userinfo(host, elsewhere.tokens.access_token)).status).toBe(401);
      expect((await elsewhere.visitor.visit(at())).heading).toBe('Sign in');
      expect((await userinfo(host, here.tokens.access_token)).status).toBe(200);
      expect((await refresh(host, app, here.tokens.refresh_token)).status).toBe(200);
      expect((await here.visitor.visit(at())).heading).toBe('Your account');
    });

    test('is asked of at the next sign-in, and the old one is of no use', async () => {
      const old = await signIn(new Visitor(), ask(host, app), 'bob', passwordOf(host, 'bob'));
      expect(old.status).toBe(403);
      codeOf(await signIn(new Visitor(), ask(host, app), 'bob', next));
    });

    test('is refused when it is weak or mistyped, and the page says why', async () => {
      const { visitor, page } = await arrived('alice', '/password');
      for (const [typed, words] of [
        [{ password: 'short', again: 'short' }, 'at least 8 characters'],
        [{ password: next, again: `${next}!` }, 'not the same'],
        [{ password: 'password123456', again: 'password123456' }, 'easy to guess: many people have it'],
        [{ password: 'Appleby2024!', again: 'Appleby2024!' }, 'made of your own names'],
        [{ password: 'Flow tests 1', again: 'Flow tests 1' }, 'name of this service'],
      ] as const) {
        const refused = await visitor.submit(page, typed);
        expect([refused.status, refused.heading]).toEqual([422, 'Password']);
        expect(refused.text).toContain(words);
        expect(refused.text).not.toContain(next);
      }
    });

    test('is taken from a form of this session’s own alone', async () => {
      const mallory = await arrived('bob', '/password', next);
      const { visitor, page } = await arrived('alice', '/password');
      const other = mallory.page.fields['csrf'] ?? '';
      for (const csrf of ['', 'x', other]) {
        const refused = await visitor.submit(page, { csrf, password: next, again: next });
        expect([csrf, refused.status]).toEqual([csrf, 403]);
      }
      const unknown = await visitor.submit(page, { form: 'constructor', password: next, again: next });
      expect(unknown.status).toBe(400);
    });

    test('needs who signed in within five minutes, when it is asked for and when it is sent', async () => {
      const { visitor, page } = await arrived('alice', '/password');
      await host.advance(minutes(6));
      const sent = await visitor.submit(page, { password: next, again: next });
      expect(sent.heading).toBe('Sign in');
      const question = await visitor.visit(at('/password'));
      expect(question.heading).toBe('Sign in');
      expect(question.text).toContain('Alice Appleby');
      const back = await visitor.submit(question, { identifier: 'alice', password: passwordOf(host, 'alice') });
      expect([back.url.href, back.heading]).toEqual([at('/password'), 'Password']);
    });
  });
});
