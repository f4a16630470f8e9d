import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { Interaction } from '../../src/sign-in/interaction.js';
import { type PasswordOutcome, csrfOf, nobody, signInApplication, waiting, somebody } from './sign-in-application.js';

const PAGE = '/sign-in/uid-1';
const alice = { ...somebody, id: 'u-alice', username: 'alice' };
const bob = { ...somebody, id: 'u-bob', username: 'bob' };
const ok: PasswordOutcome = { kind: 'ok', user: alice };
const credentials = { identifier: 'alice', password: 'correct horse' };

let app: Awaited<ReturnType<typeof signInApplication>>;
beforeEach(async () => {
  app = await signInApplication();
});
afterEach(() => app.close());

const having = (more: Partial<Interaction>): void => {
  app.state.interactions = [{ ...waiting, ...more }];
};
const signIn = async (outcome: PasswordOutcome, fields: Record<string, string> = credentials) => {
  app.state.verify = async () => outcome;
  return app.post(PAGE, { csrf: csrfOf(await app.get(PAGE)), ...fields });
};

describe('the sign-in page', () => {
  test('is a form without inline script that names the application, escaped', async () => {
    const { status, body, headers } = await app.get(PAGE);
    expect(status).toBe(200);
    expect(body).toContain('to continue to The &lt;Shop>');
    expect(body).toContain('Acme &amp; Sons');
    expect(body).not.toMatch(/Acme & Sons|<Shop>/);
    expect(body).toContain('<form method="post" action="/sign-in/uid-1">');
    expect(body).toMatch(/autocomplete="username"/);
    expect(body).toMatch(/autocomplete="current-password"/);
    expect(body).not.toMatch(/<script(?! defer src="\/assets\/)|style=|<style|onclick/i);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
  });

  test('speaks the language the application asks for, else what the browser prefers, else that of the realm', async () => {
    const spoken = async (uiLocales: string | undefined, preferred: string | undefined) => {
      having(uiLocales === undefined ? {} : { uiLocales });
      const { body, headers } = await app.get(PAGE, preferred === undefined ? {} : { 'Accept-Language': preferred });
      expect(headers['vary']).toBe('Accept-Language');
      expect(body).toContain(`<html lang="${headers['content-language'] ?? ''}"`);
      expect(body).toContain(headers['content-language'] === 'de' ? 'weiter zu' : 'to continue to');
      return headers['content-language'];
    };
    expect(await spoken(undefined, undefined)).toBe('en');
    expect(await spoken(undefined, 'fr, de-AT;q=0.8, en;q=0.7')).toBe('de');
    expect(await spoken(undefined, 'en;q=0.1, de;q=0')).toBe('en');
    expect(await spoken('fr de-CH', 'en')).toBe('de');
    expect(await spoken('fr', 'de')).toBe('de');
    expect(await spoken('"><script>', 'xx')).toBe('en');
    app.state.realm = { ...app.state.realm, locale: 'de' };
    expect(await spoken(undefined, 'fr, *')).toBe('de');
  });

  test('lets a form lead only here, whatever the application', async () => {
    expect((await app.get(PAGE)).headers['content-security-policy']).toBe(
      "default-src 'none';base-uri 'none';frame-ancestors 'none';style-src 'self';img-src 'self';script-src 'self';form-action 'self'",
    );
  });

  test('holds the name that the application hints at', async () => {
    having({ loginHint: '"><script>' });
    expect((await app.get(PAGE)).body).toContain('value="&quot;>&lt;script>"');
  });

  test('says who is signed in, and whether they or another is asked for', async () => {
    const facts = { ...nobody, user: alice, shownBefore: [{ method: 'pwd', at: 0 }] } as const;
    const person = { username: 'alice', name: 'Alice Liddell' };
    having({ facts, person, requirements: { ...waiting.requirements, login: true, consent: false } });
    const again = (await app.get(PAGE)).body;
    expect(again).toContain('You are signed in as Alice Liddell. Sign in again');
    expect(again).toContain('value="alice"');
    having({
      facts,
      person,
      requirements: { ...waiting.requirements, login: false, consent: false, subjects: ['u-bob'] },
    });
    const other = (await app.get(PAGE)).body;
    expect(other).toContain('asks for another account');
    expect(other).not.toContain('value="alice"');
  });

  test('looks as the settings of the realm say', async () => {
    const plain = (await app.get(PAGE)).body;
    expect(plain).toMatch(/<img src="\/assets\/mark\.[0-9a-f]{16}\.svg"/);
    expect(plain).not.toContain('brand.');
    app.state.realm = {
      ...app.state.realm,
      colours: { accent: '#003399', accentDark: 'auto' },
      logo: { light: 'data:image/svg+xml;base64,PHN2Zy8+', dark: 'data:image/png;base64,iVBORw0KGgo=' },
    };
    const { body } = await app.get(PAGE);
    const [sheet = '', light = '', dark = ''] = [
      /brand\.[0-9a-f]{16}\.css/,
      /logo\.[0-9a-f]{16}\.svg/,
      /logo-dark\.[0-9a-f]{16}\.png/,
    ].map((name) => name.exec(body)?.[0]);
    expect(body).toContain(`<link rel="icon" type="image/svg+xml" href="/assets/${light}"`);
    expect(body).toContain(`<source media="(prefers-color-scheme: dark)" srcset="/assets/${dark}"`);
    expect(body).toContain(`<img src="/assets/${light}"`);
    const colours = await app.get(`/assets/${sheet}`);
    expect(colours.body).toBe(
      ':root{--accent:#003399;--accent-strong:#00297a}' +
        '@media (prefers-color-scheme:dark){:root{--accent:#6b89c4;--accent-strong:#89a1d0}}',
    );
    expect(colours.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    // Opened by itself a drawing could run what it holds, if anything let it.
    expect((await app.get(`/assets/${light}`)).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^default-src 'none';/),
    });
    // A page of another process, or from before a change: what is there now, and not for long.
    const other = await app.get(`/assets/${sheet.replace(/[0-9a-f]{16}/, '0'.repeat(16))}`);
    expect(other).toMatchObject({ status: 200, body: colours.body });
    expect(other.headers['cache-control']).toBe('no-store');
    expect((await app.get('/assets/other.0000000000000000.css')).status).toBe(404);
  });

  test('says whom to turn to without a password, alike whatever was typed', async () => {
    expect((await app.get(PAGE)).body).toContain('Forgot password? Your administrator can give you a new one.');
    app.state.realm = { ...app.state.realm, contact: { link: 'mailto:help@people.test' } };
    const link = '<a href="mailto:help@people.test">help@people.test</a>';
    expect((await app.get(PAGE)).body).toContain(`Forgot password? ${link}`);
    const known = await signIn({ kind: 'wrong-credentials', user: alice });
    const unknown = await signIn({ kind: 'wrong-credentials' });
    expect(known.body).toContain(link);
    expect(unknown.body).toBe(known.body);
  });

  test('refers to a style sheet that may be kept for good', async () => {
    const { body } = await app.get(PAGE);
    const href = /rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? '';
    expect(href).toMatch(/^\/assets\/styles\.[0-9a-f]{16}\.css$/);
    const sheet = await app.get(href);
    expect(sheet.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await app.get('/assets/styles.css')).status).toBe(404);
    expect((await app.get('/assets/..%2F..%2Fpackage.json')).status).toBe(404);
  });
});

describe('signing in', () => {
  test('with the right password finishes the interaction and is recorded', async () => {
    const before = Date.now();
    const answer = await signIn(ok);
    expect(answer).toMatchObject({ status: 303, headers: { location: '/auth/resumed', 'cache-control': 'no-store' } });
    const [result] = app.state.finished;
    expect(result).toMatchObject({
      kind: 'signed-in',
      userId: 'u-alice',
      proofs: [{ method: 'pwd' }],
      remember: false,
    });
    expect(result?.kind === 'signed-in' && result.proofs[0]?.at).toBeGreaterThanOrEqual(before);
    expect(app.state.typed).toEqual([{ ...credentials, address: '127.0.0.1' }]);
    expect(app.state.recorded).toMatchObject([
      {
        by: { kind: 'user', id: 'u-alice', address: '127.0.0.1', agent: 'jest' },
        signIn: { outcome: 'success', clientId: 'shop', methods: ['pwd'] },
      },
    ]);
  });

  test('is recorded with no more of the browser’s name than its first 300 characters', async () => {
    app.state.agent = 'Mozilla'.repeat(2000);
    await signIn(ok);
    expect(app.state.recorded[0]?.by.agent).toBe(app.state.agent.slice(0, 300));
  });

  test('with the tick keeps the browser signed in, and keeps the tick over a wrong password', async () => {
    const wrong = await signIn({ kind: 'wrong-credentials' }, { ...credentials, remember: 'yes' });
    expect(wrong.body).toMatch(/name="remember" value="yes" checked/);
    await signIn(ok, { ...credentials, remember: 'yes' });
    expect(app.state.finished).toMatchObject([{ kind: 'signed-in', remember: true }]);
  });

  test('with wrong credentials shows one page for known and unknown names, and records of these a hash', async () => {
    const known = await signIn({ kind: 'wrong-credentials', user: alice });
    const unknown = await signIn({ kind: 'wrong-credentials' });
    expect(known.status).toBe(403);
    for (const text of ['is not correct', '<title>Error: Sign in']) expect(known.body).toContain(text);
    expect(unknown).toMatchObject({ status: known.status, body: known.body });
    expect(app.state.finished).toEqual([]);
    expect(app.state.recorded).toMatchObject([
      { by: { kind: 'system' }, signIn: { outcome: 'failure', why: 'wrong-credentials', user: { id: 'u-alice' } } },
      { by: { kind: 'system' }, signIn: { outcome: 'failure', why: 'wrong-credentials' } },
    ]);
    const typed = hashOf(credentials.identifier);
    expect(app.state.recorded.map(({ signIn }) => 'typed' in signIn && signIn.typed)).toEqual([false, typed]);
  });

  test('never sends a password back', async () => {
    const { body } = await signIn({ kind: 'wrong-credentials' }, { ...credentials, identifier: '"<b>' });
    expect(body).not.toContain('correct horse');
    expect(body).toContain('value="&quot;&lt;b>"');
    expect(JSON.stringify(app.state.recorded)).not.toMatch(/correct horse|<b>/);
  });

  test('is told to wait when throttled or when too many wait', async () => {
    const throttled = await signIn({ kind: 'throttled', retryAfterSeconds: 90 });
    expect(throttled).toMatchObject({ status: 429, headers: { 'retry-after': '90' } });
    expect(throttled.body).toContain('Wait 2 minutes');
    const overloaded = await signIn({ kind: 'overloaded', retryAfterSeconds: 5 });
    expect(overloaded).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });

  test('asks for what was left empty before any password is checked', async () => {
    expect((await signIn(ok, { identifier: ' ', password: 'x' })).body).toContain('Enter your username');
    const empty = await signIn(ok, { identifier: 'alice', password: '' });
    expect(empty).toMatchObject({ status: 422 });
    expect(empty.body).toContain('value="alice"');
    expect(app.state.typed).toEqual([]);
  });

  test('says why to a disabled user only after the right password', async () => {
    expect((await signIn({ kind: 'wrong-credentials', user: alice })).body).not.toContain('disabled');
    const answer = await signIn({ kind: 'ok', user: { ...alice, blocks: [{ by: 'administrator', since: 0 }] } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('This account is disabled');
    expect(app.state.finished).toEqual([]);
    expect(app.state.recorded.at(-1)?.signIn).toMatchObject({ outcome: 'failure', why: 'access_denied' });
  });

  test('as somebody else than is asked for leaves the session alone and says so', async () => {
    having({ requirements: { ...waiting.requirements, login: false, consent: false, subjects: ['u-bob'] } });
    const answer = await signIn(ok);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('asks for a different account');
    expect(app.state.finished).toEqual([]);
  });

  test('in a tab left open takes the name that was typed, not who signed in elsewhere meanwhile', async () => {
    const csrf = csrfOf(await app.get(PAGE));
    having({
      facts: { ...nobody, user: bob, shownBefore: [{ method: 'pwd', at: Date.now() }] },
    });
    app.state.verify = async () => ok;
    await app.post(PAGE, { csrf, ...credentials });
    expect(app.state.finished).toMatchObject([{ kind: 'signed-in', userId: 'u-alice' }]);
  });
});

describe('a post that did not come from our page', () => {
  test.each([
    ['no token', {}],
    ['a made-up token', { csrf: 'AAAA' }],
  ])('is not taken: %s', async (_name, fields) => {
    const { status } = await signIn(ok, { csrf: '', ...fields, ...credentials });
    expect(status).toBe(403);
    expect(app.state).toMatchObject({ typed: [], finished: [] });
  });

  test('is not taken with the token of another interaction or form', async () => {
    app.state.interactions = [waiting, { ...waiting, uid: 'uid-2' }];
    const elsewhere = csrfOf(await app.get('/sign-in/uid-2'));
    expect((await signIn(ok, { ...credentials, csrf: elsewhere })).status).toBe(403);
    expect(app.state.finished).toEqual([]);
  });

  test('is refused when it has fields that the form has not', async () => {
    expect((await signIn(ok, { ...credentials, remember: 'no' })).status).toBe(400);
    expect(app.state).toMatchObject({ typed: [], finished: [] });
  });
});

describe('an interaction that is over, or another browser’s', () => {
  test.each(['/sign-in/unknown', '/sign-in/%00', '/sign-in/%E0%A4%A'])('%s says what to do', async (path) => {
    const { status, body } = await app.get(path);
    expect([400, 410]).toContain(status);
    if (status === 410) expect(body).toContain('Go back to the application');
  });

  test('takes no password and no consent', async () => {
    expect((await app.post('/sign-in/unknown', credentials)).status).toBe(410);
    expect((await app.post('/sign-in/unknown/consent', { decision: 'allow' })).status).toBe(410);
    expect(app.state).toMatchObject({ typed: [], finished: [] });
  });
});

describe('when nothing is left to do on a page', () => {
  test('the request goes on', async () => {
    having({ facts: { ...nobody, user: alice, shownBefore: [{ method: 'pwd', at: Date.now() }] } });
    expect((await app.get(PAGE)).status).toBe(303);
    expect(app.state.finished).toEqual([{ kind: 'unchanged' }]);
  });

  test('or goes back refused', async () => {
    having({ requirements: { ...waiting.requirements, login: false, consent: false, acrValues: [['urn:other']] } });
    expect((await app.get(PAGE)).status).toBe(303);
    expect(app.state.finished).toEqual([{ kind: 'refused', error: 'unmet_authentication_requirements' }]);
  });
});

describe('consent', () => {
  const missing = {
    scopes: ['openid', 'email', 'made-up'],
    claims: ['birthdate'],
    resourceScopes: { 'https://orders.example': ['orders:read', 'orders:write'], 'urn:plain': ['x'] },
  };
  const signedIn = { ...nobody, user: alice, shownBefore: [{ method: 'pwd' as const, at: Date.now() }], missing };
  beforeEach(() => having({ facts: signedIn, person: { username: 'alice' } }));
  const decide = async (decision: string) =>
    app.post(`${PAGE}/consent`, { csrf: csrfOf(await app.get(PAGE)), decision });

  test('says in words who asks for what', async () => {
    const { body } = await app.get(PAGE);
    for (const words of [
      'Allow The &lt;Shop>?',
      'Signed in as alice',
      'see your e-mail address',
      'use “made-up”',
      'see your birthdate',
      'At Orders:',
      'see your orders <code>orders:read</code>',
      '<code>orders:write</code>',
      'At urn:plain:',
    ]) {
      expect(body).toContain(words);
    }
  });

  test('given covers exactly what was shown', async () => {
    expect((await decide('allow')).status).toBe(303);
    expect(app.state.finished).toEqual([{ kind: 'consented', granted: missing }]);
  });

  test('denied goes back as access_denied', async () => {
    expect((await decide('deny')).status).toBe(303);
    expect(app.state.finished).toEqual([{ kind: 'refused', error: 'access_denied' }]);
  });

  test('names the username too, and leads to a sign-in of somebody else, which by itself changes nothing', async () => {
    having({ facts: signedIn, person: { username: 'alice', name: 'Alice Liddell' } });
    expect((await app.get(PAGE)).body).toContain('Signed in as Alice Liddell (alice)');
    expect(await decide('other')).toMatchObject({ status: 303, headers: { location: `${PAGE}/other` } });
    const { body } = await app.get(`${PAGE}/other`);
    expect(body).toContain('autocomplete="current-password"');
    expect(body).not.toContain('alice');
    expect((await app.post(`${PAGE}/consent`, { csrf: 'forged', decision: 'other' })).status).toBe(403);
    expect(app.state).toMatchObject({ finished: [], grown: [], typed: [] });
  });

  test('asked for again shows all that is asked, though nothing is missing', async () => {
    having({
      facts: { ...signedIn, missing: nobody.missing },
      requested: missing,
      requirements: { ...waiting.requirements, login: false, consent: true },
    });
    expect((await app.get(PAGE)).body).toContain('see your e-mail address');
    await decide('allow');
    expect(app.state.finished).toEqual([{ kind: 'consented', granted: nobody.missing }]);
  });

  test.each<[string, Partial<Interaction>]>([
    ['another person', { facts: { ...signedIn, user: bob } }],
    ['something else', { facts: { ...signedIn, missing: { ...missing, scopes: ['openid', 'offline_access'] } } }],
  ])('shown before is not taken for %s', async (_name, now) => {
    const csrf = csrfOf(await app.get(PAGE));
    having(now);
    expect((await app.post(`${PAGE}/consent`, { csrf, decision: 'allow' })).status).toBe(403);
    expect(app.state.finished).toEqual([]);
  });

  test('is not taken with another form’s token, without a decision, or before signing in', async () => {
    const forSignIn = async () => {
      having({});
      const csrf = csrfOf(await app.get(PAGE));
      having({ facts: signedIn });
      return csrf;
    };
    expect((await app.post(`${PAGE}/consent`, { csrf: await forSignIn(), decision: 'allow' })).status).toBe(403);
    expect((await app.post(`${PAGE}/consent`, { csrf: csrfOf(await app.get(PAGE)) })).status).toBe(400);
    const csrf = csrfOf(await app.get(PAGE));
    having({ facts: { ...nobody, missing } });
    const early = await app.post(`${PAGE}/consent`, { csrf, decision: 'allow' });
    expect(early).toMatchObject({ status: 303, headers: { location: PAGE } });
    expect(app.state.finished).toEqual([]);
  });
});

test('below an issuer with a path, every address is below that path', async () => {
  const deep = await signInApplication(new URL('http://localhost:3000/realms/one'));
  const { body } = await deep.get('/realms/one/sign-in/uid-1');
  expect(body).toContain('action="/realms/one/sign-in/uid-1"');
  const href = /rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? '';
  expect(href).toMatch(/^\/realms\/one\/assets\//);
  expect((await deep.get(href)).status).toBe(200);
  expect((await deep.get('/sign-in/uid-1')).status).toBe(404);
  await deep.close();
});
