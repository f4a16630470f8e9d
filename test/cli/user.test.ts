/** `gatehouse user` and `gatehouse throttle`, beside a running server, and the commands in docs/people.md. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hours, now } from '../../src/base/clock.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import { Authenticator } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, signedIn, stores } from '../flows/flow-host.js';
import { commandsAt } from './in-process.js';

const page = await readFile(join(import.meta.dirname, '../../docs/people.md'), 'utf8');
const app = application('public');

const printed = (out: string): string => /^Password of \S+: (\S+)$/m.exec(out)?.[1] ?? 'none';

describe.each(stores)('gatehouse user, on %s,', (kind) => {
  let env: Record<string, string>;
  let gatehouse: (...args: string[]) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  const host = useHost(flowRealm(kind));
  beforeAll(async () => {
    env = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, GATEHOUSE_LOG_LEVEL: 'silent' };
    const { command } = commandsAt(env);
    const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
    gatehouse = async (...args) => {
      const { code, out, err } = await command(...args);
      return { code, out: text(out), err: text(err) };
    };
  });

  const user = (...args: string[]) => gatehouse('user', ...args);
  const heading = async (name: string, password: string) =>
    (await signIn(new Visitor(), ask(host, app), name, password)).heading;

  test('makes a person whose printed password is changed at the first sign-in', async () => {
    const made = await user('create', 'Gina', '--email', 'gina@people.test', '--email-verified', '--role', 'counter');
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(await heading('gina@people.test', printed(made.out))).toBe('Choose a new password');
    const shown = await user('show', 'gina');
    expect(shown.out).toMatch(/^Roles +counter$/m);
    expect(shown.out).toMatch(/^Password +to be changed at the next sign-in$/m);
    expect(shown.out).toMatch(/^Signs in by +Gina, gina@people\.test$/m);
  });

  test('gives a password that stays, and signs the person out', async () => {
    const before = await signedIn(host, app, {}, 'bob');
    const { out } = await user('set-password', 'bob', '--permanent');
    expect((await userinfo(host, before.tokens.access_token)).status).toBe(401);
    codeOf(await signIn(new Visitor(), ask(host, app), 'bob', printed(out)));
  });

  test('has a password changed by who is signed in, too', async () => {
    const { visitor } = await signedIn(host, app, {}, 'alice');
    expect((await user('require-change', 'alice@people.test')).code).toBe(0);
    const met = await visitor.visit(ask(host, app).url);
    expect(met.heading).toBe('Choose a new password');
    const next = 'one of my very own';
    codeOf(await visitor.submit(met, { password: next, again: next }));
    // It continues in the same session, which survived the change.
    codeOf(await visitor.visit(ask(host, app).url));
  });

  test('has it changed for another one, on the pages of the person as well', async () => {
    const printedNow = printed((await user('set-password', 'bob', '--permanent')).out);
    const visitor = new Visitor();
    codeOf(await signIn(visitor, ask(host, app), 'bob', printedNow));
    expect((await user('require-change', 'bob')).code).toBe(0);
    const page = await visitor.visit(`${host.issuer}/account/password`);
    const same = await visitor.submit(page, { password: printedNow, again: printedNow });
    expect([same.status, same.heading]).toEqual([422, 'Password']);
    expect((await visitor.visit(ask(host, app).url)).heading).toBe('Choose a new password');
    const other = 'quite another one of mine';
    expect((await visitor.submit(page, { password: other, again: other })).status).toBe(200);
    codeOf(await visitor.visit(ask(host, app).url));
  });

  test('has it changed in the middle of a sign-in, where another person may take over and is asked for their own consent', async () => {
    const bobs = printed((await user('set-password', 'bob', '--permanent')).out);
    const zoes = printed((await user('create', 'zoe', '--permanent')).out);
    const visitor = new Visitor();
    const consentPage = await signIn(visitor, ask(host, application('asking')), 'zoe', zoes);
    const body = new URLSearchParams({ ...consentPage.fields, decision: 'allow' });
    const allowed = await visitor.request(consentPage.action, { method: 'POST', body });
    expect((await user('require-change', 'zoe')).code).toBe(0);
    const met = await visitor.visit(new URL(allowed.headers.get('location') ?? '', host.issuer));
    expect(met.heading).toBe('Choose a new password');
    const other = await visitor.visit(`${met.url.href}/other`);
    // The library ends the previous session by a form that its script would submit.
    const page = await visitor.submit(await visitor.submit(other, { identifier: 'bob', password: bobs }));
    expect([page.status, page.heading]).toEqual([200, consentPage.heading]);
    expect(page.text).toContain('Bob Brown');
  });

  test('disables: all of theirs ends at once, and nothing comes back when they are enabled', async () => {
    const { visitor, tokens } = await signedIn(host, app, { scope: 'openid offline_access' }, 'dora');
    expect((await user('disable', 'dora')).code).toBe(0);
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    const locked = await signIn(new Visitor(), ask(host, app), 'dora', host.passwords['dora'] ?? '');
    expect([locked.status, locked.text.includes('disabled')]).toEqual([403, true]);
    const wrong = await signIn(new Visitor(), ask(host, app), 'dora', 'a wrong password');
    expect(wrong.text).not.toContain('disabled');
    expect((await user('enable', 'dora')).code).toBe(0);
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(400);
    expect((await visitor.visit(ask(host, app).url)).heading).toBe('Sign in');
    codeOf(await signIn(new Visitor(), ask(host, app), 'dora', host.passwords['dora'] ?? ''));
  });

  test('signs out everywhere', async () => {
    const { tokens } = await signedIn(host, app, {}, 'dora');
    expect((await user('sign-out', 'dora')).out).toBe('dora is signed out everywhere.\n');
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
  });

  test('resets a second factor that was lost', async () => {
    const name = 'judy';
    const visitor = new Visitor();
    const page = await signIn(visitor, ask(host, application('strict')), name, host.passwords[name] ?? '');
    await visitor.submit(page, { code: Authenticator.reading(page, host).code() });
    expect((await user('show', name)).out).toMatch(/Second factor +since/);
    expect((await user('reset-second-factor', name)).out).toContain('judy has no second factor any more');
    expect((await user('reset-second-factor', name)).out).toBe('judy has no second factor.\n');
    codeOf(await signIn(new Visitor(), ask(host, app), name, host.passwords[name] ?? ''));
  });

  test('shows why a sign-in is refused and until when, and unlocks at once', async () => {
    const name = 'frank';
    const generated = host.passwords[name] ?? '';
    for (let i = 0; i < 7; i++) await heading(name, 'guess');
    const refused = await signIn(new Visitor(), ask(host, app), name, generated);
    expect(refused.status).toBe(429);
    const reason = /^6 failed sign-ins by one name from \S+: the next one is looked at from \d{4}-\S+ \S+ UTC on\./m;
    expect((await user('show', name)).out).toMatch(reason);
    const from = /from (\S+):/.exec((await user('show', name)).out)?.[1]?.replace('/64', '') ?? '';
    expect((await gatehouse('throttle', 'show', from)).out).toMatch(reason);

    expect((await user('unlock', name)).out).toBe('The failed sign-ins of frank are forgotten.\n');
    expect(await heading(name, generated)).toBe('Choose a new password');
    expect((await user('show', name)).out).toContain('Nothing slows down sign-ins of frank.');
    for (let i = 0; i < 7; i++) await heading(name, 'guess');
    expect((await gatehouse('throttle', 'lift', from)).out).toContain('are forgotten');
    expect(await heading(name, generated)).toBe('Choose a new password');
  });

  test('gives another e-mail address: from then on it signs in, and the one before does not', async () => {
    const { code, out } = await user('create', 'mona', '--email', 'mona@old.test', '--email-verified', '--permanent');
    expect(code).toBe(0);
    const password = printed(out);
    const visitor = new Visitor();
    const authRequest = ask(host, app, { scope: 'openid email' });
    const { body: tokens } = await exchange(
      host,
      authRequest,
      codeOf(await signIn(visitor, authRequest, 'mona@old.test', password)),
    );
    const claims = async () => (await (await userinfo(host, tokens.access_token)).json()) as object;

    expect((await user('set-email', 'mona', 'Mona@new.test', '--verified')).out).toBe(
      'The e-mail address of mona is Mona@new.test, and signs them in.\n',
    );
    expect(await claims()).toMatchObject({ email: 'Mona@new.test', email_verified: true });
    codeOf(await visitor.visit(ask(host, app).url));
    codeOf(await signIn(new Visitor(), ask(host, app), 'mona@new.test', password));
    expect(await heading('mona@old.test', password)).toBe('Sign in');
    expect((await user('set-email', 'alice', 'mona@new.test', '--verified')).err).toContain('is in use already');
    expect((await user('show', 'alice')).out).toMatch(/^Signs in by +alice, alice@people\.test$/m);

    await user('set-email', 'mona', 'mona@other.test');
    expect(await claims()).toMatchObject({ email: 'mona@other.test', email_verified: false });
    for (const none of ['mona@new.test', 'mona@other.test']) expect(await heading(none, password)).toBe('Sign in');
    expect((await user('remove-email', 'mona')).out).toBe('mona has no e-mail address.\n');
    expect(await claims()).not.toHaveProperty('email');
    codeOf(await signIn(new Visitor(), ask(host, app), 'mona', password));
  });

  test('deletes a person, who is signed out everywhere and met as a stranger', async () => {
    const password = printed((await user('create', 'zora', '--permanent')).out);
    const [visitor, asked] = [new Visitor(), ask(host, app)];
    const { body: tokens } = await exchange(host, asked, codeOf(await signIn(visitor, asked, 'zora', password)));
    expect((await userinfo(host, tokens.access_token)).status).toBe(200);
    expect((await user('delete', 'zora', '--yes')).code).toBe(0);
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(400);
    const met = await visitor.visit(ask(host, app).url);
    expect([met.status, met.heading]).toEqual([200, 'Sign in']);
    expect((await visitor.visit(new URL(`${host.issuer}/account`))).status).toBe(200);
    expect((await signIn(new Visitor(), ask(host, app), 'zora', password)).heading).toBe('Sign in');
  });

  test('a client that is deleted and made again under its id takes up nothing of what was before', async () => {
    const again = application('again');
    const client = (...args: string[]) => gatehouse('client', ...args);
    const make = async () => {
      const sets = ['authentication=none', `redirectUris=["${again.redirectUri}"]`].flatMap((set) => ['--set', set]);
      expect(await client('create', 'again', ...sets)).toMatchObject({ code: 0, err: '' });
    };
    await make();
    const password = printed((await user('create', 'ivy', '--permanent')).out);
    const visitor = new Visitor();
    const authRequest = ask(host, again);
    const consent = await signIn(visitor, authRequest, 'ivy', password);
    expect(consent.heading).toMatch(/^Allow/);
    const { body: tokens } = await exchange(
      host,
      authRequest,
      codeOf(await visitor.submit(consent, { decision: 'allow' })),
    );
    expect((await userinfo(host, tokens.access_token)).status).toBe(200);
    const asking = new Visitor();
    const open = await signIn(asking, ask(host, again, { prompt: 'consent' }), 'ivy', password);
    expect(open.heading).toMatch(/^Allow/);
    expect((await client('delete', 'again')).code).toBe(0);
    // The server hears of it within a second.
    while ((await userinfo(host, tokens.access_token)).status !== 401);
    await make();
    while ((await visitor.visit(ask(host, again).url)).status !== 200);
    expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    expect((await refresh(host, again, tokens.refresh_token)).status).toBe(400);
    // The open page was for the other account.
    expect((await asking.submit(open, { decision: 'allow' })).status).toBe(410);
    expect((await visitor.visit(ask(host, again).url)).heading).toMatch(/^Allow/);
  });

  test.each<[string, string[], number, string]>([
    ['an unknown person', ['show', 'alcie'], 1, 'There is no user alcie; did you mean alice?\n'],
    ['an unknown role', ['create', 'x1', '--role', 'countr'], 1, 'There is no role countr; did you mean counter?\n'],
    ['a name that is taken', ['create', 'ALICE'], 1, 'The username ALICE is in use already.\n'],
    ['a name that is an address of someone', ['create', 'alice@people.test'], 1, 'is in use already.\n'],
    ['a password among the arguments', ['set-password', 'alice', 'my secret'], 2, 'a password is never written there.'],
    ['an e-mail address without a person', ['set-email', 'alice'], 2, 'Name one person and an address'],
    ['an e-mail address that is none', ['set-email', 'alice', 'nobody', '--verified'], 1, 'must be an e-mail address'],
    ['an option that it does not know', ['disable', 'alice', '--permanent'], 2, 'it takes --until, --reason'],
    ['a mistyped action', ['disabel', 'alice'], 2, 'did you mean `gatehouse user disable`?'],
  ])('says what is wrong with %s', async (_what, args, code, sentence) => {
    const ended = await user(...args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(sentence);
    expect(ended.err).not.toContain('my secret');
  });

  // In a shell each command is a process, so one store is enough.
  if (kind !== 'sqlite') return;
  test('does what docs/people.md says when it is typed', async () => {
    const said: string[] = [];
    for (const block of blocksOf(page, 'sh run [a-z ]+')) {
      const places = {
        gatehouse: `"${process.execPath}" --disable-warning=ExperimentalWarning "${program}"`,
        '--role reader': '--role counter',
      };
      said.push(await typed(block, places, { ...env, PASSWORD: 'words from the input' }));
    }
    expect(said[0]).toMatch(/^Password of carol: \S+\ncarol can sign in, and chooses another password then\.\n$/);
    expect(said[1]).toBe('dave can sign in.\n');
    codeOf(await signIn(new Visitor(), ask(host, app), 'dave', 'words from the input'));
    expect(said[2]).toContain('The e-mail address of carol is carol.carter@demo.example, and signs them in.\n');
    expect(said[4]).toMatch(/^State +active$/m);
  });
});

describe('a block with an end', () => {
  // Moving the clock of the server leaves commands behind that run in this process.
  const host = useHost(flowRealm('sqlite'));

  test('says by whom, until when and why, and lets the person sign in again by itself', async () => {
    const until = new Date(now() + hours(1)).toISOString();
    const arrive = () => signIn(new Visitor(), ask(host, app), 'dora', host.passwords['dora'] ?? '');
    const disabled = await host.command('user', 'disable', 'dora', '--until', until, '--reason', 'on leave');
    expect(disabled.code).toBe(0);
    const shown = (await host.command('user', 'show', 'dora')).out.join('\n');
    expect(shown).toMatch(/^State +disabled: blocked by administrator since .+ UTC, until .+ UTC: on leave$/m);
    expect((await arrive()).text).toContain('This account is disabled');
    await host.advance(hours(1));
    codeOf(await arrive());
    const past = await host.command('user', 'disable', 'dora', '--until', '2020-01-01T00:00:00Z');
    expect([past.code, past.err.join('')]).toEqual([2, expect.stringContaining('a time in the future')]);
    const enabled = await host.command('user', 'enable', 'dora', '--all');
    expect(enabled.out).toEqual(['dora can sign in again. What had ended stays so.']);
  });
});

test('docs/people.md shows settings that a realm file can have', () => {
  const blocks = blocksOf(page, 'yaml realm');
  expect(blocks).toHaveLength(2);
  for (const block of blocks) expect(readRealmFile(block)).toMatchObject({ ok: true });
});
