/** Where a userstore has e-mail domains, the name is asked for first, and nothing shows whether an account has it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { userstoreRealm } from './userstore-realm.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const PASSWORD = 'a password of ours';
const NOT_OFFERED = 'The application does not accept this kind of account. Enter another username.';
const WRONG = 'The username or password is not correct.';

/** Stands for a directory that has the addresses of one domain. */
const directory: PasswordConnector = {
  id: 'corp',
  domains: ['corp.test'],
  authenticate: async ({ name, password }) => {
    if (name !== 'della' && name !== 'della@corp.test') return { kind: 'unknown' };
    return password === 'of the directory'
      ? { kind: 'ok', identity: { subject: 'uid=della', claims: new Map() } }
      : { kind: 'wrong-credentials' };
  },
};

const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('the name first, on %s', (store) => {
  let counting: CountingStore;
  const host = useInProcessHost({
    ...userstoreRealm(store, [directory]),
    installation: {
      userstores: [directory],
      watch: (opened) => (counting = countCalls(opened, ['changeMarkers'])).store,
    },
  });

  beforeAll(async () => {
    const password = { clear: PASSWORD, generated: false };
    for (const username of ['paul', 'petra', 'quentin', 'rosa', 'changing']) {
      const must = { mustChange: username === 'changing' };
      expect(await host.parts.users.create(by, { username, password: { ...password, ...must } })).toMatchObject({
        ok: true,
      });
    }
    expect(await host.parts.users.create(by, { username: 'della', userstore: 'corp' })).toMatchObject({ ok: true });
    for (const [id, connectors] of [
      ['staff', ['corp']],
      ['ours', ['primary']],
    ] as const) {
      const redirectUris = [application(id).redirectUri];
      const fields = { authentication: 'none', firstParty: true, connectors, redirectUris };
      const client = clientInput.parse({ id, name: id, ...fields });
      expect(await host.parts.clients.create(by, client)).toMatchObject({ ok: true });
    }
  });

  const begin = (visitor: Visitor, params: Readonly<Record<string, string>> = {}, at = app): Promise<Page> =>
    visitor.visit(ask(host, at, params).url);
  const isNamePage = ({ text }: Page): boolean =>
    text.includes('name="identifier"') && !text.includes('type="password"');
  const isPasswordPage = ({ text }: Page): boolean => text.includes('type="password"') && /readonly/i.test(text);
  const otherOf = ({ url }: Page): URL => new URL(`${url.pathname.replace(/\/(name|other)$/, '')}/other`, url);
  /** The names that interactions hold, opened. */
  async function interactionsInStore(): Promise<readonly (string | undefined)[]> {
    const { rows } = await host.parts.realm.of(interactions).find('ended', {}, { limit: 500 });
    return rows.map(({ identifier }) => identifier);
  }

  test.each([
    ['paul', PASSWORD, 'paul'],
    ['della', 'of the directory', 'della'],
    [' CORP/Della ', 'of the directory', 'della'],
  ])('signs in %s by two pages', async (typed, password, username) => {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const first = await visitor.visit(authRequest.url);
    expect([first.status, isNamePage(first), first.heading]).toEqual([200, true, 'Sign in']);
    const second = await visitor.submit(first, { identifier: typed });
    expect([second.status, isPasswordPage(second)]).toEqual([200, true]);
    expect(second.fields['identifier']).toBe(typed);
    const { status, body } = await exchange(host, authRequest, codeOf(await visitor.submit(second, { password })));
    const { rows } = await host.parts.users.findByTerm(username, { limit: 1 });
    expect([status, claimsOf(body.id_token)]).toMatchObject([200, { sub: rows[0]?.id, amr: ['pwd'] }]);
  });

  test('shows the same pages, statuses and sentences for every name, whether an account has it or not', async () => {
    const seen = [];
    const typed = [
      'petra',
      'nobody-there',
      'della',
      'corp/nobody',
      'someone@corp.test',
      'a@b.test',
      'no name at all',
      'x',
    ];
    for (const identifier of typed) {
      const visitor = new Visitor();
      const neutral = ({ status, text, headers, url }: Page) => ({
        status,
        path: url.pathname.replace(/[^/]{21,}/, 'UID'),
        text: text.replaceAll(/(name="csrf" value|href|action)="[^"]*"/g, '').replaceAll(`value="${identifier}"`, ''),
        headers: [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)),
      });
      const first = await begin(visitor);
      const posted = await visitor.request(first.action, {
        method: 'POST',
        body: new URLSearchParams({ ...first.fields, identifier }),
      });
      const second = await visitor.visit(new URL(posted.headers.get('location') ?? '', first.url));
      const third = await visitor.submit(second, { password: 'wrong' });
      expect([posted.status, third.status, third.text.includes(WRONG)]).toEqual([303, 403, true]);
      seen.push([posted.status, neutral(second), neutral(third)]);
    }
    for (const each of seen) expect(each).toEqual(seen[0]);
  });

  test('costs the same store calls for every name', async () => {
    const calls = [];
    for (const identifier of ['petra', 'nobody-there', 'someone@corp.test', 'no name at all']) {
      const visitor = new Visitor();
      const first = await begin(visitor);
      counting.reset();
      expect(isPasswordPage(await visitor.submit(first, { identifier }))).toBe(true);
      const { hops, calls: made } = counting.tally();
      calls.push([hops, made]);
    }
    for (const each of calls) expect(each).toEqual(calls[0]);
  });

  test('refuses a name without the token of its page, and a password with the token of another name', async () => {
    const visitor = new Visitor();
    const first = await begin(visitor);
    const forged = await visitor.submit(first, { identifier: 'paul', csrf: 'forged' });
    expect([forged.status, forged.text.includes('This form has expired')]).toEqual([403, true]);
    expect(isNamePage(await visitor.visit(forged.url.href.replace(/\/name$/, '')))).toBe(true);

    const ofPaul = await visitor.submit(first, { identifier: 'paul' });
    // A second tab types another name; the first one shows the name before.
    const ofPetra = await visitor.submit(await visitor.visit(otherOf(ofPaul)), { identifier: 'petra' });
    expect(ofPetra.fields['identifier']).toBe('petra');
    const stale = await visitor.submit(ofPaul, { password: PASSWORD });
    expect([stale.status, stale.fields['identifier'], isPasswordPage(stale)]).toEqual([403, 'petra', true]);
  });

  test('takes the name from the interaction, whatever the form of the password holds', async () => {
    const visitor = new Visitor();
    const second = await visitor.submit(await begin(visitor), { identifier: 'nobody-there' });
    const third = await visitor.submit(second, { identifier: 'paul', password: PASSWORD });
    expect([third.status, third.fields['identifier']]).toEqual([403, 'nobody-there']);
  });

  test('remembers the name on reload and in a second tab, and forgets it when another one is used', async () => {
    const visitor = new Visitor();
    const second = await visitor.submit(await begin(visitor), { identifier: 'paul' });
    expect((await visitor.visit(second.url)).fields['identifier']).toBe('paul');
    const other = await visitor.visit(otherOf(second));
    expect([isNamePage(other), other.fields['identifier']]).toEqual([true, '']);
    // Back without another name: the first one still stands.
    expect((await visitor.visit(second.url)).fields['identifier']).toBe('paul');
    const petra = await visitor.submit(other, { identifier: 'petra' });
    expect((await visitor.visit(second.url)).fields['identifier']).toBe('petra');
    expect(codeOf(await visitor.submit(petra, { password: PASSWORD }))).not.toBe('');
    expect((await visitor.visit(second.url)).status).toBe(410);
  });

  test('keeps a typed name sealed, and no longer than the sign-in', async () => {
    const visitor = new Visitor();
    const typed = 'a-typed-name-4711';
    const second = await visitor.submit(await begin(visitor), { identifier: typed });
    expect(second.fields['identifier']).toBe(typed);
    // Not `toContain`, which would print the whole store.
    expect((await host.dump()).includes(typed)).toBe(false);
    const last = await visitor.submit(await visitor.visit(otherOf(second)), { identifier: 'rosa' });
    expect(await interactionsInStore()).toContain('rosa');
    await visitor.submit(last, { password: PASSWORD });
    expect(await interactionsInStore()).not.toContain('rosa');
  });

  test.each([
    ['x'.repeat(321), 400, 'The form could not be read.'],
    ['  ', 422, 'Enter your username or e-mail.'],
  ])('refuses a name that is too long or empty', async (identifier, status, sentence) => {
    const visitor = new Visitor();
    const page = await visitor.submit(await begin(visitor), { identifier });
    expect([page.status, page.text.includes(sentence), isNamePage(page)]).toEqual([status, true, true]);
  });

  test('asks for the name first, whatever page a password is sent to', async () => {
    const visitor = new Visitor();
    const first = await begin(visitor);
    const action = new URL(first.url);
    const body = new URLSearchParams({ ...first.fields, identifier: 'paul', password: PASSWORD });
    expect(isNamePage(await visitor.visit(action, { method: 'POST', body }))).toBe(true);
  });

  test('prefills the name that the application hints at', async () => {
    const first = await begin(new Visitor(), { login_hint: 'della@corp.test' });
    expect([isNamePage(first), first.fields['identifier']]).toEqual([true, 'della@corp.test']);
  });

  test('cancels at the name', async () => {
    const visitor = new Visitor();
    const page = await visitor.submit(await begin(visitor), { decision: 'cancel' });
    expect(page.url.searchParams.get('error')).toBe('access_denied');
  });

  async function signedIn(username: string, password = PASSWORD): Promise<Visitor> {
    const visitor = new Visitor();
    const second = await visitor.submit(await begin(visitor), { identifier: username });
    codeOf(await visitor.submit(second, { password }));
    return visitor;
  }

  /** Signs in instead of another user: a page that a script submits ends their session. */
  const replacing = async (visitor: Visitor, page: Page): Promise<Page> =>
    visitor.submit(await visitor.submit(page, { password: PASSWORD }));

  test.each([{ prompt: 'login' }, { max_age: '0' }])(
    'does not ask signed-in users for their name: %j',
    async (params) => {
      const visitor = await signedIn('paul');
      const page = await begin(visitor, params);
      expect([isPasswordPage(page), page.fields['identifier']]).toEqual([true, 'paul']);
      expect(page.text).toContain('Sign in again to continue.');
      expect(codeOf(await visitor.submit(page, { password: PASSWORD }))).not.toBe('');
      // Another name is possible, too.
      const again = await begin(visitor, params);
      const petra = await visitor.submit(await visitor.visit(otherOf(again)), { identifier: 'petra' });
      expect([petra.fields['identifier'], petra.text.includes('Sign in again')]).toEqual(['petra', false]);
      expect(codeOf(await replacing(visitor, petra))).not.toBe('');
    },
  );

  test('sends the password of a signed-in user to their own userstore', async () => {
    const visitor = await signedIn('della', 'of the directory');
    const page = await begin(visitor, { prompt: 'login' });
    expect(page.fields['identifier']).toBe('corp/della');
    expect(codeOf(await visitor.submit(page, { password: 'of the directory' }))).not.toBe('');
  });

  test('lets people choose another account, or their own after all', async () => {
    const visitor = await signedIn('paul');
    const authRequest = ask(host, app, { prompt: 'select_account' });
    const choice = await visitor.visit(authRequest.url);
    const petra = await visitor.submit(await visitor.visit(otherOf(choice)), { identifier: 'petra' });
    expect([isPasswordPage(petra), petra.fields['identifier']]).toEqual([true, 'petra']);
    // Back, and on as the signed-in user.
    const { body } = await exchange(host, authRequest, codeOf(await visitor.submit(choice)));
    const { rows } = await host.parts.users.findByTerm('paul', { limit: 1 });
    expect(claimsOf(body.id_token)).toMatchObject({ sub: rows[0]?.id });

    const again = await begin(visitor, { prompt: 'select_account' });
    const second = await visitor.submit(await visitor.visit(otherOf(again)), { identifier: 'petra' });
    expect(codeOf(await replacing(visitor, second))).not.toBe('');
  });

  test('drops what another user has shown when another name is typed', async () => {
    const visitor = new Visitor();
    const second = await visitor.submit(await begin(visitor), { identifier: 'changing' });
    const change = await visitor.submit(second, { password: PASSWORD });
    expect(change.fields).toHaveProperty('again');
    const petra = await visitor.submit(await visitor.visit(otherOf(second)), { identifier: 'petra' });
    expect([isPasswordPage(petra), petra.fields['identifier']]).toEqual([true, 'petra']);
    expect(codeOf(await visitor.submit(petra, { password: PASSWORD }))).not.toBe('');
  });

  test('slows guesses down as before', async () => {
    const visitor = new Visitor();
    let page = await visitor.submit(await begin(visitor), { identifier: 'quentin' });
    const statuses = [];
    for (let i = 0; i < 8; i++) {
      page = await visitor.submit(page, { password: 'wrong' });
      statuses.push(page.status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
    expect(isPasswordPage(page)).toBe(true);
  });

  describe('a client that offers one userstore', () => {
    const staff = application('staff');
    const ours = application('ours');
    const onePage = (visitor: Visitor, at = staff) => begin(visitor, {}, at);

    test('asks on one page, and sends the name to that userstore', async () => {
      const visitor = new Visitor();
      const page = await onePage(visitor);
      expect([isNamePage(page), isPasswordPage(page)]).toEqual([false, false]);
      expect(codeOf(await visitor.submit(page, { identifier: 'della', password: 'of the directory' }))).not.toBe('');
      // Never to our own passwords.
      const other = new Visitor();
      const refused = await other.submit(await onePage(other), { identifier: 'paul', password: PASSWORD });
      expect([refused.status, refused.text.includes(WRONG)]).toEqual([403, true]);
    });

    test.each([
      [staff, 'primary/petra', 'primary/nobody-there'],
      [ours, 'corp/della', 'corp/nobody-there'],
      [ours, 'della@corp.test', 'nobody@corp.test'],
    ])('at %j refuses %s and %s alike', async (at, known, unknown) => {
      const texts = [];
      for (const identifier of [known, unknown]) {
        for (const password of ['of the directory', PASSWORD, 'wrong']) {
          const visitor = new Visitor();
          const page = await visitor.submit(await onePage(visitor, at), { identifier, password });
          expect([page.status, page.text.includes(NOT_OFFERED)]).toEqual([403, true]);
          texts.push(page.text.replaceAll(/(name="csrf" value|action)="[^"]*"/g, '').replaceAll(identifier, 'NAME'));
        }
      }
      expect(new Set(texts).size).toBe(1);
    });

    test('does not accept the session of a user of another userstore', async () => {
      const visitor = await signedIn('paul');
      const silent = await begin(visitor, { prompt: 'none' }, staff);
      expect(silent.url.searchParams.get('error')).toBe('login_required');
      const page = await onePage(visitor);
      expect(page.text).toContain('asks for another account');
      expect(codeOf(await begin(visitor, { prompt: 'none' }, ours))).not.toBe('');
    });
  });
});
