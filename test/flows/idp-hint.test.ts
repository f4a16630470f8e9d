/** An application chooses the userstore of a sign-in. This depends on the request and on settings, never on an account. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { application, ask, type Asked, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const NOT_ASKED = 'This page is for another kind of account.';
const app = application('public');
const signing = application('signing');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe.each(['sqlite', 'mongodb'] as const)('idp_hint, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: [person('chief'), person('anna'), person('della', 'mail: della@strict.test')].join(''),
    });
    const { connectors, users, clients } = host.parts;
    const strict = [{ name: 'strict.test', enforce: true, except: ['root@strict.test'] }];
    for (const [id, displayName, domains] of [
      ['corp', 'Example Corp', [{ name: 'corp.test' }]],
      ['strict', 'Strict & Sons', strict],
      ['plain', 'Plain', []],
    ] as const) {
      expect(await connectors.create(by, corpInput(slapd, { id, displayName, domains }))).toMatchObject({ ok: true });
    }
    const password = { clear: OURS, generated: false };
    for (const username of ['chief', 'paul', 'someone@corp.test', 'root@strict.test', 'della@strict.test']) {
      expect(await users.create(by, { username, password })).toMatchObject({ ok: true });
    }
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'own' }] };
    for (const [id, more] of [
      ['signing', { jwks }],
      ['staff', { connectors: ['corp'] }],
      ['ours', { connectors: ['primary', 'strict'] }],
      ['plainly', { connectors: ['primary', 'plain'] }],
    ] as const) {
      const redirectUris = [application(id).redirectUri];
      const fields = { id, name: id, authentication: 'none', firstParty: true, redirectUris, ...more };
      expect(await clients.create(by, clientInput.parse(fields))).toMatchObject({ ok: true });
    }
  });
  afterAll(() => slapd.stop());

  const hinting = (hint: string, params: Readonly<Record<string, string>> = {}, at = app): Asked =>
    ask(host, at, { ...params, idp_hint: hint });
  const open = (asked: Asked, visitor = new Visitor()): Promise<Page> => visitor.visit(asked.url);
  const linkOf = ({ text }: Page): string | undefined => /href="([^"]*another-way)"/.exec(text)?.[1];
  const asksPassword = ({ text }: Page): boolean => text.includes('type="password"');
  /** What a person sees: without what differs from one request to the next. */
  const shown = ({ status, text }: Page, ...typed: readonly string[]) => [
    status,
    typed.reduce(
      (left, each) => left.replaceAll(each, 'NAME'),
      text.replaceAll(/(?:csrf" value|href|action)="[^"]*"/g, ''),
    ),
  ];
  async function userOf(asked: Asked, page: Page) {
    const { body } = await exchange(host, asked, codeOf(page));
    const user = await host.parts.users.get(String(claimsOf(body.id_token)['sub']));
    return [user?.userstore, user?.username];
  }
  async function enter(asked: Asked, identifier: string, password: string) {
    const visitor = new Visitor();
    const page = await visitor.submit(await open(asked, visitor), { identifier, password });
    return page.url.searchParams.has('code') ? userOf(asked, page) : page;
  }

  test('leads to a form of that userstore on one page, which says so and asks no other', async () => {
    const page = await open(hinting('corp'));
    expect([page.status, page.heading, asksPassword(page)]).toEqual([200, 'Sign in with Example Corp', true]);
    expect((await open(hinting('strict'))).heading).toBe('Sign in with Strict &amp; Sons');
    // Both know this name.
    expect(await enter(hinting('corp'), 'chief', PASSWORD)).toEqual(['corp', 'chief']);
    expect(await enter(hinting('corp'), 'chief', OURS)).toMatchObject({ status: 403 });
    expect(await enter(hinting('corp'), 'paul', OURS)).toMatchObject({ status: 403 });
    expect(await enter(hinting('corp'), 'CORP/anna', PASSWORD)).toEqual(['corp', 'anna']);
  });

  test('reaches our own form and userstore', async () => {
    const page = await open(hinting('primary'));
    expect([page.heading, asksPassword(page)]).toEqual(['Sign in', true]);
    expect(await enter(hinting('primary'), 'chief', OURS)).toEqual(['primary', 'chief']);
    expect(await enter(hinting('primary'), 'anna', PASSWORD)).toMatchObject({ status: 403 });
    // Nobody enforces this domain.
    expect(await enter(hinting('primary'), 'someone@corp.test', OURS)).toEqual(['primary', 'someone@corp.test']);
  });

  test('reaches our own form while the directories are away', async () => {
    await slapd.kill();
    expect(await enter(hinting('primary'), 'root@strict.test', OURS)).toEqual(['primary', 'root@strict.test']);
    await slapd.restart();
  }, 30_000);

  test('does not lead past an enforced domain, except for its excepted names', async () => {
    expect(await enter(hinting('primary'), 'root@strict.test', OURS)).toEqual(['primary', 'root@strict.test']);
    expect(await enter(hinting('primary'), 'della@strict.test', OURS)).toMatchObject({ status: 403 });
    expect(await enter(hinting('primary'), 'della@strict.test', PASSWORD)).toEqual(['strict', 'della']);
    expect(await enter(hinting('corp'), 'della@strict.test', PASSWORD)).toEqual(['strict', 'della']);
    // This client does not offer the connector of the form.
    expect(await enter(hinting('primary', {}, application('ours')), 'someone@corp.test', OURS)).toEqual([
      ...['primary', 'someone@corp.test'],
    ]);
  });

  test('survives a reload, an error and a wrong password, and prefills what the application knows', async () => {
    const visitor = new Visitor();
    const asked = hinting('corp', { login_hint: 'corp/anna' });
    const first = await open(asked, visitor);
    expect(first.fields['identifier']).toBe('corp/anna');
    const empty = await visitor.submit(first, { password: '' });
    const wrong = await visitor.submit(empty, { password: 'wrong' });
    const reloaded = await visitor.visit(wrong.url);
    expect([first, empty, wrong, reloaded].map(({ status, heading }) => [status, heading])).toEqual(
      [200, 422, 403, 200].map((status) => [status, 'Sign in with Example Corp']),
    );
    expect(await userOf(asked, await visitor.submit(reloaded, { password: PASSWORD }))).toEqual(['corp', 'anna']);
  });

  test('gives way to the ordinary form, where the name comes first', async () => {
    const visitor = new Visitor();
    const asked = hinting('corp', { login_hint: 'paul' });
    const hinted = await open(asked, visitor);
    const another = await visitor.visit(new URL(linkOf(hinted) ?? '', hinted.url));
    expect([another.heading, asksPassword(another), another.fields['identifier']]).toEqual(['Sign in', false, 'paul']);
    expect((await visitor.visit(another.url)).heading).toBe('Sign in');
    const empty = await visitor.submit(another, { identifier: ' ' });
    expect([empty.status, asksPassword(empty)]).toEqual([422, false]);
    const named = await visitor.submit(empty, { identifier: 'paul' });
    expect([named.heading, named.fields['identifier'], linkOf(named)]).toEqual(['Sign in', 'paul', undefined]);
    const wrong = await visitor.submit(named, { password: 'wrong' });
    expect([wrong.status, wrong.heading]).toEqual([403, 'Sign in']);
    expect(await userOf(asked, await visitor.submit(wrong, { password: OURS }))).toEqual(['primary', 'paul']);
  });

  test('gives way to the ordinary form, where name and password are on one page', async () => {
    const visitor = new Visitor();
    const asked = hinting('plain', {}, application('plainly'));
    const hinted = await open(asked, visitor);
    const another = await visitor.visit(new URL(linkOf(hinted) ?? '', hinted.url));
    expect([another.heading, asksPassword(another), linkOf(another)]).toEqual(['Sign in', true, undefined]);
    const wrong = await visitor.submit(another, { identifier: 'paul', password: 'wrong' });
    const reloaded = await visitor.visit(wrong.url);
    expect([wrong.status, wrong.heading, reloaded.heading]).toEqual([403, 'Sign in', 'Sign in']);
    // The hint has not been forgotten: the way back leads to it.
    expect((await visitor.visit(hinted.url)).heading).toBe('Sign in with Plain');
    expect(await userOf(asked, await visitor.submit(reloaded, { identifier: 'paul', password: OURS }))).toEqual([
      ...['primary', 'paul'],
    ]);
  });

  test('refuses the prefix of another userstore alike for known and unknown names, and says where to go', async () => {
    const pages = [];
    for (const name of ['primary/paul', 'primary/nobody', 'strict/chief']) {
      for (const password of [OURS, PASSWORD]) {
        const page = (await enter(hinting('corp'), name, password)) as Page;
        expect([page.status, page.text.includes(NOT_ASKED), linkOf(page) !== undefined]).toEqual([403, true, true]);
        pages.push(shown(page, name));
      }
    }
    for (const page of pages) expect(page).toEqual(pages[0]);
  });

  test.each(['corp', 'primary'])('%s shows the same for every name, whether an account has it or not', async (hint) => {
    const pages = [];
    for (const name of ['anna', 'paul', 'chief', 'nobody-there', 'nobody@elsewhere.test', 'no name']) {
      const page = (await enter(hinting(hint), name, 'wrong')) as Page;
      expect(page.status).toBe(403);
      pages.push(shown(page, name));
    }
    for (const page of pages) expect(page).toEqual(pages[0]);
  });

  test('is ignored for a userstore that is unknown, not offered, or disabled', async () => {
    const ordinary = shown(await open(ask(host, app)));
    for (const hint of ['nowhere', 'CORP', '__proto__', 'x'.repeat(2000)]) {
      expect(shown(await open(hinting(hint)))).toEqual(ordinary);
    }
    const ours = application('ours');
    expect(shown(await open(hinting('corp', {}, ours)))).toEqual(shown(await open(ask(host, ours))));
    const staff = application('staff');
    expect(shown(await open(hinting('primary', {}, staff)))).toEqual(shown(await open(ask(host, staff))));
    await changeConnector(host, { enabled: false });
    expect(shown(await open(hinting('corp')))).toEqual(shown(await open(ask(host, app))));
    await changeConnector(host, { enabled: true });
  });

  test('sends no password to another userstore if the connector is disabled meanwhile', async () => {
    const visitor = new Visitor();
    const page = await open(hinting('plain', {}, application('plainly')), visitor);
    expect(page.heading).toBe('Sign in with Plain');
    await changeConnector(host, { enabled: false }, 'plain');
    // `chief` is somebody at `primary`, which the form would ask now.
    const stale = await visitor.submit(page, { identifier: 'chief', password: OURS });
    expect([stale.status, stale.text.includes('This form has expired')]).toEqual([403, true]);
    await changeConnector(host, { enabled: true }, 'plain');
  });

  test('is not asked of somebody with a session, whatever connector made it', async () => {
    const visitor = new Visitor();
    codeOf(await visitor.submit(await open(hinting('primary'), visitor), { identifier: 'paul', password: OURS }));
    const asked = hinting('corp');
    expect(await userOf(asked, await open(asked, visitor))).toEqual(['primary', 'paul']);
    // Asked to sign in again, it is a sign-in at the hinted userstore, and no name of ours is filled in.
    const again = await open(hinting('corp', { prompt: 'login' }), visitor);
    expect([again.heading, again.fields['identifier']]).toEqual(['Sign in with Example Corp', '']);
    expect(again.text).not.toContain('You are signed in as');
    const same = await open(hinting('primary', { prompt: 'login' }), visitor);
    expect([same.fields['identifier'], same.text.includes('You are signed in as')]).toEqual(['paul', true]);
    const none = await visitor.visit(hinting('corp', { prompt: 'none' }).url);
    expect(none.url.searchParams.has('code')).toBe(true);
  });

  test('comes in a pushed request and in a signed one, and stands in neither twice', async () => {
    const pushed = hinting('corp');
    const body = new URLSearchParams(pushed.url.searchParams);
    const { request_uri: uri } = (await (await fetch(`${host.issuer}/request`, { method: 'POST', body })).json()) as {
      readonly request_uri: string;
    };
    pushed.url.search = new URLSearchParams({ client_id: app.id, request_uri: uri }).toString();
    expect((await open(pushed)).heading).toBe('Sign in with Example Corp');

    const signed = hinting('corp', {}, signing);
    const now = Math.floor(Date.now() / 1000);
    const request = await new SignJWT(Object.fromEntries(signed.url.searchParams))
      .setProtectedHeader({ alg: 'ES256', kid: 'own' })
      .setIssuer('signing')
      .setAudience(host.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .sign(privateKey);
    // What stands beside a signed request does not count.
    signed.url.search = new URLSearchParams({
      ...{ client_id: 'signing', response_type: 'code', scope: 'openid' },
      ...{ request, idp_hint: 'strict' },
    }).toString();
    expect((await open(signed)).heading).toBe('Sign in with Example Corp');

    const twice = hinting('corp');
    twice.url.searchParams.append('idp_hint', 'strict');
    expect((await open(twice)).url.searchParams.get('error')).toBe('invalid_request');
  });

  test('goes together with login_hint and the domains: the form is filled, and the domain decides', async () => {
    const named = await open(ask(host, app, { login_hint: 'della@strict.test' }));
    expect([asksPassword(named), named.fields['identifier']]).toEqual([false, 'della@strict.test']);
    for (const hint of ['strict', 'corp', 'primary']) {
      const asked = hinting(hint, { login_hint: 'della@strict.test' });
      const visitor = new Visitor();
      const page = await open(asked, visitor);
      expect([asksPassword(page), page.fields['identifier']]).toEqual([true, 'della@strict.test']);
      expect(await userOf(asked, await visitor.submit(page, { password: PASSWORD }))).toEqual(['strict', 'della']);
    }
  });

  test('is not needed where the client offers one userstore: its form says which', async () => {
    const asked = ask(host, application('staff'));
    const page = await open(asked);
    expect([page.heading, linkOf(page)]).toEqual(['Sign in with Example Corp', undefined]);
    expect(await enter(asked, 'chief', PASSWORD)).toEqual(['corp', 'chief']);
    expect(await enter(asked, 'chief', OURS)).toMatchObject({ status: 403 });
  });
});
