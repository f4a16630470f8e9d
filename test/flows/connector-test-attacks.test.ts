/** A test of a connector is for who has its ticket, once, in one browser; and it opens nothing. */
import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { application, ask, codeOf, signIn } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { Visitor } from '../support/visitor.js';
import { by } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';
import { changedKinds, signedInThere, textOf, useTestedRealm } from './tested-realm.js';

const app = application('public');
const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const NO_TEST = 'There is no test here';
const OURS = 'a password of ours';
const COOKIE = 'gatehouse-test';

describe.each(['sqlite', 'mongodb'] as const)('a test of a connector, on %s,', (store) => {
  const { host, upstream, link, begun, tested } = useTestedRealm(store);

  const visit = async (address: string | URL, visitor = new Visitor()) => {
    const page = await visitor.visit(address);
    return [page.status, page.left, page.heading];
  };
  const refused = [410, undefined, NO_TEST];

  test('begins with no ticket that is forged, changed, cut, or of another connector', async () => {
    const right = new URL(await link());
    const ticket = right.searchParams.get('ticket') ?? '';
    const { box, realm } = host.parts;
    const content = { id: 'x'.repeat(22), by: { kind: 'host', id: 'root' }, expiresAt: Date.now() + minutes(5) };
    const at = { realm: realm.id, collection: 'connectors', id: 'partner' };
    const forged = [
      '',
      'nothing',
      ticket.slice(0, -4),
      `${ticket.slice(0, -6)}AAAAAA`,
      `../../${ticket}`,
      JSON.stringify(content),
      Buffer.from(JSON.stringify(content)).toString('base64url'),
      // Sealed by this installation, for other purposes.
      box.seal({ ...at, field: 'secret' }, JSON.stringify(content)),
      box.seal({ ...at, field: 'begun-test' }, JSON.stringify(content)),
      box.seal({ ...at, field: 'test-ticket' }, JSON.stringify({ ...content, expiresAt: 'never' })),
      box.seal({ ...at, realm: 'elsewhere', field: 'test-ticket' }, JSON.stringify(content)),
    ];
    const changed = await changedKinds(host, async () => {
      for (const each of forged) {
        right.searchParams.set('ticket', each);
        expect(await visit(right)).toEqual(refused);
      }
      expect(await visit(`${host.issuer}/connector/partner/test`)).toEqual(refused);
      for (const connector of ['other', 'unknown'])
        expect(await visit((await link()).replace('/partner/', `/${connector}/`))).toEqual(refused);
    });
    expect(changed).toEqual({});
  });

  test('begins with a ticket for ten minutes, and once', async () => {
    const [late, first] = [await link(), await link()];
    expect(await atTime(Date.now() + minutes(10), () => visit(late))).toEqual(refused);
    const inTime = await atTime(Date.now() + minutes(9.9), () => visit(first));
    expect(inTime[1]).toContain(upstream().issuer);
    expect(await visit(first)).toEqual(refused);
    const raced = await link();
    const all = await Promise.all(Array.from({ length: 20 }, () => visit(raced)));
    expect(all.filter(([, left]) => left !== undefined)).toHaveLength(1);
  });

  test('is not begun by a program that only looks at the link', async () => {
    const address = await link();
    expect((await new Visitor().request(address, { method: 'HEAD' })).status).toBe(404);
    expect((await visit(address))[1]).toContain(upstream().issuer);
  });

  test('never shows what an address made up as a part of a command', async () => {
    const page = await new Visitor().visit(`${host.issuer}/connector/x%3Bcurl%20evil/test`);
    expect([page.heading, page.text.includes('evil')]).toEqual([NO_TEST, false]);
  });

  test('is for the browser that began it', async () => {
    const { visitor, left } = await begun();
    const answer = await signedInThere(left, 'ada');
    const { visitor: victim } = await begun();
    for (const other of [new Visitor(), victim]) expect(await visit(answer, other)).toEqual(refused);
    expect((await visit(answer, visitor))[2]).toBe('Test of Partner Inc.');
  });

  test('takes an answer once, also from a browser that keeps its cookie', async () => {
    const { visitor, left } = await begun();
    const answer = await signedInThere(left, 'bo');
    const cookie = `${COOKIE}=${visitor.cookie(COOKIE)}`;
    expect((await visit(answer, visitor))[2]).toBe('Test of Partner Inc.');
    expect(visitor.cookie(COOKIE)).toBeUndefined();
    expect(await visit(answer, visitor)).toEqual(refused);
    const kept = new Visitor((url, init) => fetch(url, { ...init, headers: { cookie } }));
    expect(await visit(answer, kept)).toEqual(refused);
  });

  test('takes no answer with another state, nor at another connector, nor of another test', async () => {
    const { visitor, left } = await begun();
    const answer = await signedInThere(left, 'cy');
    const { visitor: again, left: elsewhere } = await begun();
    const other = await signedInThere(elsewhere, 'dee');
    const changes: readonly ((url: URL) => void)[] = [
      ({ searchParams }) => searchParams.set('state', `test.${'x'.repeat(22)}`),
      ({ searchParams }) => searchParams.delete('state'),
      (url) => (url.pathname = url.pathname.replace('/partner/', '/other/')),
      (url) => (url.search = other.search),
    ];
    for (const change of changes) {
      const changed = new URL(answer);
      changed.pathname = changed.pathname.replace('/callback', '/test/answer');
      change(changed);
      const [status, , heading] = await visit(changed, visitor);
      expect([status, heading]).not.toEqual([200, 'Test of Partner Inc.']);
    }
    // The right one still counts.
    expect((await visit(answer, visitor))[2]).toBe('Test of Partner Inc.');
    expect((await visit(other, again))[2]).toBe('Test of Partner Inc.');
  });

  test('waits ten minutes for its answer', async () => {
    const { visitor, left } = await begun();
    const answer = await signedInThere(left, 'eve');
    expect(await atTime(Date.now() + minutes(10), () => visit(answer, visitor))).toEqual(refused);
  });

  test('takes no answer of a real sign-in, and its own signs nobody in', async () => {
    const visitor = new Visitor();
    const signInPage = await visitor.visit(ask(host, app, ORDERS).url);
    const { left: real = '' } = await visitor.visit(linksOf(signInPage).get('Continue with Partner Inc.') ?? '');
    const ofSignIn = await signedInThere(new URL(real), 'fay');
    const [uid] = (ofSignIn.searchParams.get('state') ?? '').split('.');
    const { left } = await begun(visitor);
    const ofTest = await signedInThere(left, 'fay');

    const taken = new URL(`${host.issuer}/connector/partner/test/answer`);
    taken.search = ofSignIn.search;
    expect(await visit(taken, visitor)).toEqual(refused);

    const given = new URL(`${host.issuer}/sign-in/${uid}/redirect/partner/answer`);
    given.search = ofTest.search;
    const page = await visitor.visit(given);
    expect([page.left, page.heading]).toEqual([undefined, signInPage.heading]);

    expect((await visitor.visit(ofTest)).heading).toBe('Test of Partner Inc.');
    expect((await visitor.visit(`${host.issuer}/account`)).heading).not.toBe('Overview');
    expect(await host.parts.identifiers.holderOf('partner', 'fay')).toBeUndefined();
  });

  test('leaves the cookies of a signed-in browser alone', async () => {
    const visitor = new Visitor();
    const password = { clear: OURS, generated: false };
    expect(await host.parts.users.create(by, { username: 'ivy', password })).toMatchObject({ ok: true });
    codeOf(await signIn(visitor, ask(host, app, ORDERS), 'primary/ivy', OURS));
    const before = visitor.cookiesFor(`${host.issuer}/account`);
    expect(before).not.toBe('');
    await tested('gus', visitor);
    expect(visitor.cookiesFor(`${host.issuer}/account`)).toBe(before);
  });

  test('is remembered in a cookie that no script, no other path and no later day reads', async () => {
    const response = await new Visitor().request(await link());
    const [line = '', ...more] = response.headers.getSetCookie();
    const [value = '', ...attributes] = line.split('; ');
    expect(more).toEqual([]);
    expect(attributes.filter((each) => !each.startsWith('expires='))).toEqual([
      'path=/connector/partner/test',
      'samesite=lax',
      'httponly',
    ]);
    const until = Date.parse(attributes.find((each) => each.startsWith('expires='))?.slice(8) ?? '');
    expect(until).toBeLessThanOrEqual(Date.now() + minutes(10));
    const state = new URL(response.headers.get('location') ?? '').searchParams.get('state') ?? '';
    expect(Buffer.from(value, 'base64url').toString('latin1')).not.toContain(state);
    expect(value).not.toContain(state);
  });

  test('shows the text of the provider as text', async () => {
    const evil = '<script>alert(1)</script>"\'';
    await upstream().setAccount('evil', { name: evil, preferred_username: evil, email: evil, groups: [evil] });
    const page = await tested('evil');
    expect(page.heading).toBe('Test of Partner Inc.');
    expect(page.text).not.toContain('<script>');
    expect(textOf(page)).toContain('&lt;script');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
