import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type DemoSetup, startDemo } from '../browser/demo-setup.js';
import { ask } from '../http/listening.js';
import { Visitor } from '../support/visitor.js';

let setup: DemoSetup;
beforeAll(async () => {
  setup = await startDemo();
});
afterAll(() => setup.end());

/** Begins at the demo application, signs in as Alice and gives the address that the answer is brought to. */
async function answerFor(visitor: Visitor): Promise<URL> {
  const begun = await visitor.visit(`${setup.demo}/sign-in`);
  const identifier = 'alice';
  const password = setup.host.passwords[identifier] ?? '';
  const next = await visitor.submit(await visitor.visit(begun.url), { identifier, password });
  // A user who allowed it before is not asked again.
  const { url } = next.text !== '' ? await visitor.submit(next, { decision: 'allow' }) : next;
  expect(url.href).toContain(`${setup.demo}/callback?code=`);
  return url;
}
async function signedIn(visitor = new Visitor()): Promise<Visitor> {
  await visitor.visit(await answerFor(visitor));
  return visitor;
}
const home = (visitor: Visitor) => visitor.visit(setup.demo);
const post = (visitor: Visitor, path: string, fields: Record<string, string>) =>
  visitor.request(`${setup.demo}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
const csrfOf = async (visitor: Visitor): Promise<string> => (await home(visitor)).fields['csrf'] ?? '';

test('an answer that another browser brings signs nobody in', async () => {
  const alice = new Visitor();
  await alice.visit(`${setup.demo}/sign-in`); // so that she has begun something of her own
  const answer = await alice.visit(await answerFor(new Visitor()));
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('not begun here');
  expect((await home(alice)).heading).not.toContain('Appleby');
});

test('an answer works once', async () => {
  const visitor = new Visitor();
  const url = await answerFor(visitor);
  expect((await visitor.visit(url)).heading).toBe('Alice Appleby');
  const again = await visitor.visit(url);
  expect(again.status).toBe(400);
  expect(again.text).toContain('not begun here'); // it does not even ask Gatehouse
});

test('an answer that somebody has changed signs nobody in', async () => {
  const visitor = new Visitor();
  const url = await answerFor(visitor);
  url.searchParams.set('iss', 'https://evil.example');
  expect((await visitor.visit(url)).status).toBeGreaterThanOrEqual(400);
  expect((await home(visitor)).heading).not.toContain('Appleby');
});

test('a post without the page’s token changes nothing', async () => {
  const visitor = await signedIn();
  const others = await csrfOf(await signedIn());
  for (const fields of [{}, { csrf: 'AAAA' }, { csrf: others }]) {
    expect((await post(visitor, '/sign-out', fields as Record<string, string>)).status).toBe(403);
  }
  expect((await home(visitor)).heading).toBe('Alice Appleby');
});

test('the page holds no token, and its cookie is out of reach of scripts', async () => {
  const visitor = new Visitor();
  const { headers } = await visitor.request(await answerFor(visitor));
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^demo_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  expect((await home(visitor)).text).not.toMatch(/eyJ[\w-]+\.eyJ/);
});

test('signing in gives the session a new name and ends the old one', async () => {
  const visitor = await signedIn();
  const before = visitor.cookie('demo_session') ?? '';
  const again = await visitor.visit(`${setup.demo}/sign-in`);
  await visitor.visit((await visitor.visit(again.url)).url);
  expect(visitor.cookie('demo_session')).not.toBe(before);
  const old = await fetch(setup.demo, { headers: { cookie: `demo_session=${before}` } });
  expect(await old.text()).not.toContain('Alice');
});

test('several refreshes at once do not look like theft', async () => {
  const visitor = await signedIn();
  const csrf = await csrfOf(visitor);
  const answers = await Promise.all([1, 2, 3].map(() => post(visitor, '/refresh', { csrf })));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
});

test('who has been signed out at Gatehouse is signed out here at the next refresh', async () => {
  const visitor = await signedIn();
  const csrf = await csrfOf(visitor);
  const confirm = await visitor.visit(`${setup.host.issuer}/session/end`);
  await visitor.submit(confirm, { logout: 'yes' });
  expect((await post(visitor, '/refresh', { csrf })).status).toBe(401);
  expect((await home(visitor)).heading).not.toContain('Appleby');
});

test('another name for this machine is refused, and every answer carries the defences', async () => {
  const port = Number(new URL(setup.demo).port);
  for (const path of ['/', '/callback?code=1', '/nothing', '/styles.css']) {
    expect((await ask(port, { path, headers: { Host: 'evil.example' } })).status).toBe(421);
    const { headers } = await ask(port, { path, headers: { Host: `localhost:${port}` } });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
  }
});

test('what it is told is escaped', async () => {
  const visitor = new Visitor();
  const url = await answerFor(visitor);
  url.searchParams.delete('code');
  url.searchParams.set('error', 'server_error');
  url.searchParams.set('error_description', '<script>alert(1)</script>');
  const { text, status } = await visitor.visit(url);
  expect(status).toBe(400);
  expect(text).toContain('&#60;script&#62;');
  expect(text).not.toContain('<script');
});

test('nothing it says on its output is a token or a password', () => {
  expect(setup.demoOutput()).not.toMatch(/eyJ|password|code=/);
});
