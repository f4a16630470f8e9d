import { describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, signIn, userinfo } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');
const OWN = 'chosen by nobody else';

describe.each(stores)('a generated password on %s', (kind) => {
  const host = useHost(flowRealm(kind));

  test('is changed at the first sign-in, before the application learns anything', async () => {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const generated = passwordOf(host, 'erin');
    const page = await signIn(visitor, authRequest, 'erin', generated);
    expect([page.status, page.heading]).toEqual([200, 'Choose a new password']);

    // Neither by the page itself, nor by the request again, nor by another one.
    for (const again of [page.url, authRequest.url, ask(host, app).url]) {
      expect((await visitor.visit(again)).url.origin).toBe(host.issuer);
    }
    const none = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
    expect(none.url.searchParams.get('error')).toBe('login_required');
  });

  test('is not chosen again, nor is a weak one, and a form from elsewhere changes nothing', async () => {
    const visitor = new Visitor();
    const generated = passwordOf(host, 'erin');
    const page = await signIn(visitor, ask(host, app), 'erin', generated);
    for (const [typed, status] of [
      [{ password: generated, again: generated }, 422],
      [{ password: 'erin', again: 'erin' }, 422],
      [{ password: 'Passw0rd!Passw0rd!', again: 'Passw0rd!Passw0rd!' }, 422],
      [{ password: 'erin2024', again: 'erin2024' }, 422],
      [{ password: OWN, again: 'another' }, 422],
      [{ password: OWN, again: OWN, csrf: 'x' }, 403],
    ] as const) {
      const refused = await visitor.submit(page, typed);
      expect([typed.password, refused.status, refused.heading]).toEqual([
        typed.password,
        status,
        'Choose a new password',
      ]);
    }
    const page2 = await signIn(new Visitor(), ask(host, app), 'erin', OWN);
    expect(page2.status).toBe(403);
  });

  test('once changed lets the person on, and is asked for no more', async () => {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const page = await signIn(visitor, authRequest, 'erin', passwordOf(host, 'erin'));
    const done = await visitor.submit(page, { password: OWN, again: OWN });
    const { status, body } = await exchange(host, authRequest, codeOf(done));
    expect(status).toBe(200);
    expect((await userinfo(host, body.access_token)).status).toBe(200);
    // The session that it made lives: nothing that began after the change was ended by it.
    codeOf(await visitor.visit(ask(host, app).url));
    codeOf(await signIn(new Visitor(), ask(host, app), 'erin', OWN));
    expect((await signIn(new Visitor(), ask(host, app), 'erin', passwordOf(host, 'erin'))).status).toBe(403);
  });

  test('is changed by who has a second factor only once that is shown too', async () => {
    const enrolling = new Visitor();
    const seed = await signIn(enrolling, ask(host, application('strict')), 'heidi', passwordOf(host, 'heidi'));
    const phone = Authenticator.reading(seed, host);
    expect((await enrolling.submit(seed, { code: phone.code() })).status).toBe(200);
    await host.advance(seconds(60));
    expect((await host.command('user', 'require-change', 'heidi')).code).toBe(0);

    const visitor = new Visitor();
    const page = await signIn(visitor, ask(host, app), 'heidi', passwordOf(host, 'heidi'));
    expect(page.heading).toBe('Enter your code');
    const posted = await visitor.request(new URL(page.action.pathname.replace(/[^/]+$/, 'password'), host.issuer), {
      method: 'POST',
      body: new URLSearchParams({ ...page.fields, password: OWN, again: OWN }),
    });
    expect([posted.status, posted.headers.get('location')]).toEqual([303, expect.stringContaining('/sign-in/')]);
    expect((await signIn(new Visitor(), ask(host, app), 'heidi', OWN)).status).toBe(403);

    const choose = await visitor.submit(page, { code: phone.code() });
    expect(choose.heading).toBe('Choose a new password');
    codeOf(await visitor.submit(choose, { password: OWN, again: OWN }));
  });

  test('of a person whom the realm file excepts stays', async () => {
    await signedIn(host, app, {}, 'alice');
  });

  test('of the administrator is changed too', async () => {
    const { username, password } = host.administrator;
    const page = await signIn(new Visitor(), ask(host, app), username, password);
    expect(page.heading).toBe('Choose a new password');
  });
});
