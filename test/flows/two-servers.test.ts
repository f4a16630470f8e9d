import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { assertion, newKey } from './client-realm.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, passwordOf, signedIn } from './flow-host.js';
import { keyedRealm } from './keyed-realm.js';

const key = newKey('ES256');
const root = join(import.meta.dirname, '../..');
const app = application('public');
const WITH_ORDERS = { scope: 'openid profile roles orders:read orders:write', resource: ORDERS };

describe.each(['two on sqlite', 'two on mongodb'] as const)('%s:', (storeKind) => {
  const host = useHost(keyedRealm(storeKind, key));

  /** Sends the requests of `work` to one of the two servers. */
  function at<T>(server: number, work: () => Promise<T>): Promise<T> {
    host.to(server);
    return work();
  }

  async function signedInAtFirst() {
    const signed = await at(0, () => signedIn(host, app, WITH_ORDERS));
    const refreshed = await at(1, () => refresh(host, app, signed.tokens.refresh_token));
    expect(refreshed.status).toBe(200);
    return { ...signed, tokens: refreshed.body };
  }

  test('who signs in at the first and refreshes at the second is refused there, once the first has ended the session', async () => {
    const { visitor, tokens } = await signedInAtFirst();
    expect((await at(1, () => userinfo(host, tokens.access_token))).status).toBe(200);

    const page = await at(0, () => visitor.visit(`${host.issuer}/session/end`));
    await at(0, () => visitor.submit(page, { logout: 'yes' }));

    expect((await at(1, () => userinfo(host, tokens.access_token))).status).toBe(401);
    expect((await at(1, () => refresh(host, app, tokens.refresh_token))).body.error).toBe('invalid_grant');
    const silent = await at(1, () => visitor.visit(ask(host, app, { prompt: 'none' }).url));
    expect(silent.url.searchParams.get('error')).toBe('login_required');
  });

  test('a refresh token that was used before revokes its grant at the first, and the second refuses what it gave', async () => {
    const { tokens } = await signedInAtFirst();
    const next = await at(1, () => refresh(host, app, tokens.refresh_token));
    expect((await at(0, () => refresh(host, app, tokens.refresh_token))).body.error).toBe('invalid_grant');
    expect((await at(1, () => refresh(host, app, next.body.refresh_token))).body.error).toBe('invalid_grant');
    expect((await at(1, () => userinfo(host, next.body.access_token))).status).toBe(401);
  });

  test('a code that the first gave is redeemed once, at whichever', async () => {
    const authRequest = ask(host, app, WITH_ORDERS);
    const code = codeOf(await at(0, () => signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'))));
    expect((await at(1, () => exchange(host, authRequest, code))).status).toBe(200);
    expect((await at(0, () => exchange(host, authRequest, code))).body.error).toBe('invalid_grant');
  });

  test('an assertion that the first took is refused by the second', async () => {
    const proof = await assertion(host, 'keyed', key);
    const tokenRequest = { grant_type: 'client_credentials', resource: ORDERS, ...proof };
    expect((await at(0, () => token(host, { id: 'keyed' }, tokenRequest))).status).toBe(200);
    expect((await at(1, () => token(host, { id: 'keyed' }, tokenRequest))).body.error).toBe('invalid_client');
  });

  test('both have the same keys: what one signs, the other one publishes', async () => {
    const { tokens } = await at(0, () => signedIn(host, app, WITH_ORDERS));
    const published = (server: number): Promise<JSONWebKeySet> =>
      at(server, async () => (await fetch(`${host.issuer}/jwks`)).json() as Promise<JSONWebKeySet>);
    expect(await published(1)).toEqual(await published(0));
    const verified = await jwtVerify(tokens.id_token, createLocalJWKSet(await published(1)), { issuer: host.issuer });
    expect(verified.payload.sub).toBe(claimsOf(tokens.id_token)['sub']);
  });

  test('wrong passwords are counted together: five, three here and two there, and both ask to wait', async () => {
    // Asking for the page is no attempt.
    const attempt = async (server: number, password: string) =>
      at(server, () => signIn(new Visitor(), ask(host, app), 'bob', password));
    for (const server of [0, 1, 0, 1, 0]) expect((await attempt(server, 'wrong')).status).toBe(403);
    // After the free ones, one is admitted; the next one waits, at either server.
    expect((await attempt(1, 'wrong')).status).toBe(403);
    for (const server of [0, 1]) {
      const page = await attempt(server, passwordOf(host, 'bob'));
      expect(page.status).toBe(429);
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  describe('what a third process changes', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gatehouse-change-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    /** Applies a realm file with the command line, and confirms that users may lose access. */
    async function apply(realmFile: string): Promise<void> {
      const path = join(folder, 'realm.yaml');
      await writeFile(path, realmFile);
      const env = {
        PATH: process.env['PATH'] ?? '',
        GATEHOUSE_ISSUER: host.issuer,
        GATEHOUSE_STORE: host.storeAddress,
        GATEHOUSE_KEYS: host.keysFolder,
        GATEHOUSE_REALM_FILE: path,
        CONFIDENTIAL_SECRET,
        MACHINE_SECRET,
      };
      await promisify(execFile)(process.execPath, [join(root, 'dist/main.js'), 'bootstrap', '--yes'], { env });
    }

    const permissions = (server: number): Promise<unknown> =>
      at(server, async () => {
        const { tokens } = await signedIn(host, app, WITH_ORDERS);
        return claimsOf((await refresh(host, app, tokens.refresh_token, { resource: ORDERS })).body.access_token)[
          'permissions'
        ];
      });

    test('both act by, though each had it in memory', async () => {
      const { passwords } = host;
      expect(Object.keys(passwords)).toContain('alice');
      for (const server of [0, 1]) expect(await permissions(server)).toEqual(['orders:read', 'orders:write']);

      const realm = await readFile(join(root, 'test/flows/realm.yaml'), 'utf8');
      await apply(
        realm
          .replace('permission: orders:write', 'permission: orders:read')
          .replace('name: Flow tests', 'name: Renamed'),
      );

      const page = (server: number): Promise<Page> => at(server, () => new Visitor().visit(ask(host, app).url));
      // Each reads what changed twice a second, and each commit by itself; a quarter of a minute is for a machine that is busy.
      for (const server of [0, 1]) {
        const until = performance.now() + 15_000;
        while (((await permissions(server)) as unknown[]).length > 1 && performance.now() < until);
        expect(await permissions(server)).toEqual(['orders:read']);
        while (!(await page(server)).text.includes('Renamed') && performance.now() < until);
        expect((await page(server)).text).toContain('Renamed');
      }
    });

    test('both act by what a role includes, what a permission implies, and what a group was given, at the next refresh', async () => {
      const realm = (await readFile(join(root, 'test/flows/realm.yaml'), 'utf8'))
        .replace('        implies: [orders:read]\n', '')
        .replace('permission: orders:write', 'permission: orders:read')
        // Objects that the file does not mention stay.
        .replace('- name: seller\n', '- name: seller\n    includes: []\n')
        .replace('    name: Orders\n', '    name: Orders\n    implications: []\n')
        .replace(
          '\ngroups:\n',
          `  - { name: scribe, policies: [{ resourceServer: ${ORDERS}, permission: orders:write }] }\ngroups:\n`,
        );
      const [before, both] = [['orders:read'], ['orders:read', 'orders:write']];
      const [plain, scribe] = [['seller'], ['scribe', 'seller']];
      const steps = [
        [realm, before, plain],
        [realm.replace('includes: []', 'includes: [scribe]'), both, scribe],
        [
          realm.replace('implications: []', 'implications: [{ permission: orders:read, implies: [orders:write] }]'),
          both,
          plain,
        ],
        [realm.replace('roles: [seller]', 'roles: [seller, scribe]'), both, scribe],
      ] as const;

      // Without a scope of the API it is lent all that is held: what was asked for by name would not grow at a refresh.
      const lent = { scope: 'openid', resource: ORDERS };
      const tokens = await Promise.all([0, 1].map(async () => (await signedIn(host, app, lent)).tokens));
      const refreshed = tokens.map(({ refresh_token }) => refresh_token);
      const next = (server: number) =>
        at(server, async () => {
          const { body } = await refresh(host, app, refreshed[server] ?? '', { resource: ORDERS });
          refreshed[server] = body.refresh_token;
          const { permissions, roles } = claimsOf(body.access_token);
          return { permissions, roles };
        });
      for (const [file, permissions, roles] of steps) {
        await apply(file);
        for (const server of [0, 1]) {
          const until = performance.now() + 15_000;
          let keySet = await next(server);
          while (!isDeepStrictEqual(keySet, { permissions, roles }) && performance.now() < until)
            keySet = await next(server);
          expect(keySet).toEqual({ permissions, roles });
        }
      }
    });
  });

  /** A user's actions at `/account`, at one server from the sign-in on. */
  async function onOwnPage(server: number, username: string, password: string, path: string): Promise<[Visitor, Page]> {
    const visitor = new Visitor();
    const page = await at(server, () => visitor.visit(`${host.issuer}/account/${path}`));
    return [visitor, await at(server, () => visitor.submit(page, { identifier: username, password }))];
  }

  async function changesPassword(server: number, username: string, before: string, password: string): Promise<void> {
    const [visitor, page] = await onOwnPage(server, username, before, 'password');
    const done = await at(server, () => visitor.submit(page, { password, again: password }));
    expect([done.status, done.text.includes('role="status"')]).toEqual([200, true]);
  }

  async function signsOutEverywhere(server: number, username: string, password: string): Promise<void> {
    const [visitor, page] = await onOwnPage(server, username, password, 'sessions');
    const form = page.text.split('<form').find((part) => part.includes('value="everywhere"')) ?? '';
    const csrf = /name="csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, form: 'everywhere' });
    const done = await at(server, () => visitor.visit(page.url, { method: 'POST', body }));
    expect([done.status, done.heading]).toEqual([200, 'You are signed out']);
  }

  /** All at one server: how the code was redeemed, and how what it gave opens userinfo at either. */
  async function signsIn(server: number, username: string, password: string) {
    const authRequest = ask(host, app, WITH_ORDERS);
    const page = await at(server, () => signIn(new Visitor(), authRequest, username, password));
    const { status, body } = await at(server, () => exchange(host, authRequest, codeOf(page)));
    const opens = () => at(server, async () => (await userinfo(host, body.access_token)).status);
    return { status, error: body.error, opens };
  }

  describe.each([
    ['300 ms', 300],
    ['five minutes', 300_000],
  ])('while the clock of the second is %s ahead,', (_apart, ahead) => {
    const LATER = 'chosen while the clocks differ';
    beforeAll(async () => {
      await host.advance(ahead, 1);
    });

    test.each([
      ['the second', 1],
      ['the first', 0],
    ])(
      'a password that is changed at %s ends what began at either before, and nobody who signs in after it',
      async (_which, server) => {
        const generated = passwordOf(host, 'dora');
        const before = [await signsIn(0, 'dora', generated), await signsIn(1, 'dora', generated)];
        await changesPassword(server, 'dora', generated, LATER);
        for (const each of before) expect([each.status, await each.opens()]).toEqual([200, 401]);
        for (const each of [0, 1, 0]) {
          const after = await signsIn(each, 'dora', LATER);
          expect([each, after.status, after.error, await after.opens()]).toEqual([each, 200, undefined, 200]);
        }
        await changesPassword(server, 'dora', LATER, generated);
      },
    );

    test.each([
      ['the second', 1],
      ['the first', 0],
    ])(
      'who signs out everywhere at %s is signed out everywhere, and can sign in again at once',
      async (_which, server) => {
        const password = passwordOf(host, 'ruth');
        const before = [await signsIn(0, 'ruth', password), await signsIn(1, 'ruth', password)];
        await signsOutEverywhere(server, 'ruth', password);
        for (const each of before) expect([each.status, await each.opens()]).toEqual([200, 401]);
        for (const each of [0, 1]) {
          const after = await signsIn(each, 'ruth', password);
          expect([each, after.status, await after.opens()]).toEqual([each, 200, 200]);
        }
      },
    );

    test('who enrolled a second factor at the second signs in with it at the first', async () => {
      const username = ahead < 1000 ? 'grace' : 'heidi';
      const password = passwordOf(host, username);
      const before = await signsIn(1, username, password);
      const [owner, page] = await onOwnPage(1, username, password, 'second-factor');
      const phone = Authenticator.reading(page, { ahead: () => ahead });
      const shown = await at(1, () => owner.submit(page, { code: phone.code() }));
      const [recoveryCode = ''] = recoveryCodesOn(shown);
      expect([shown.status, await before.opens()]).toEqual([200, 401]);
      // The session in which it was done goes on, at either.
      expect((await at(0, () => owner.visit(`${host.issuer}/account/sessions`))).text).toContain('Current session');

      const authRequest = ask(host, app, { ...WITH_ORDERS, acr_values: 'urn:gatehouse:acr:two-factor' });
      const visitor = new Visitor();
      const second = await at(0, () => signIn(visitor, authRequest, username, password));
      const done = await at(0, () => visitor.submit(second, { code: recoveryCode }));
      expect((await at(0, () => exchange(host, authRequest, codeOf(done)))).status).toBe(200);
    });
  });
});
