/**
 * Malformed input to each of our forms: the page again, with advice, and no effect. The list of forms comes from the routes.
 * The standards' endpoints are covered by the matrix in bad-input.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { application, ask, signIn } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { addAskingConnectors, askingRealm } from './asking-realm.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';
import { userstoreRealm } from './userstore-realm.js';

const app = application('public');

/** Every address of ours that a form is posted to: those of the sign-in's router, and each page of the account. */
function routes(): string[] {
  const router = readFileSync('src/sign-in/sign-in-router.ts', 'utf8');
  const posted = [...router.matchAll(/router\.post\(`\$\{base\}([^`]*)`/g)].map(([, path = '']) => path);
  // Other sites post there: redirect-sign-in.test.ts.
  const signIns = posted.filter((path) => !path.startsWith('/connector/'));
  const account = readdirSync('src/account')
    .map(
      (file) =>
        /: AccountPage (?:=|=> \()\s*\{\s+path: '([^']*)'/.exec(readFileSync(`src/account/${file}`, 'utf8'))?.[1],
    )
    .filter((path) => path !== undefined);
  return [...signIns, ...account.map((path) => `/account${path}`)].sort();
}

interface Form {
  readonly visitor: Visitor;
  readonly page: Page;
  /** Its fields, with values as a user could enter. */
  readonly fields: Readonly<Record<string, string>>;
}

const encoded = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const FORM = 'application/x-www-form-urlencoded';

interface Fault {
  readonly body: (fields: Readonly<Record<string, string>>) => string | Buffer;
  readonly type?: string;
  readonly status: number;
}
const added = (more: string): Fault => ({ body: (fields) => `${encoded(fields)}&${more}`, status: 400 });
const renamed = (more: string): Fault => ({
  body: (fields) =>
    encoded(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${name}${more}`, value]))),
  status: 400,
});
const FAULTS: Readonly<Record<string, Fault>> = {
  'no UTF-8': added('x=%FF%FE'),
  'an overlong encoding': added('x=%C0%AF'),
  'a NUL': added('x=a%00b'),
  'a stray percent sign': added('x=100%'),
  'raw bytes': { body: (fields) => Buffer.from(`${encoded(fields)}&x=é`), status: 400 },
  'an unknown field': added('x=1'),
  'an unknown field of control characters': added('%01%1B%7F=%0D%0ASet-Cookie:%20a=b'),
  'deep nesting': added(`a${'[b]'.repeat(3000)}=1`),
  __proto__: added('__proto__=1'),
  '__proto__[x]': added('__proto__[x]=1'),
  constructor: added('constructor=1'),
  $where: added('$where=sleep(1000)'),
  'every field twice': { body: (fields) => `${encoded(fields)}&${encoded(fields)}`, status: 400 },
  'operators of a store': renamed('[$ne]'),
  'lists for fields': renamed('[]'),
  'a body that is too large': added(`x=${'x'.repeat(60_000)}`),
  JSON: { body: (fields) => JSON.stringify(fields), type: 'application/json', status: 415 },
  'deep JSON': { body: () => `${'['.repeat(5_000)}${']'.repeat(5_000)}`, type: 'application/json', status: 415 },
  'a body of many parts': { body: () => '--x--', type: 'multipart/form-data; boundary=x', status: 415 },
};
const statusOf = (name: string, { status }: Fault): number => (name.includes('too large') ? 413 : status);

describe.each(stores)('on %s:', (kind) => {
  /** It requires a new password of everybody, and sets none. */
  const corp: PasswordConnector = {
    id: 'corp',
    domains: ['corp.test'],
    authenticate: async () => ({ kind: 'must-change' }),
    changePassword: async () => ({ kind: 'wrong-credentials' }),
  };
  const plain = { id: 'plain', authenticate: async () => ({ kind: 'unknown' }) as const };
  /** It asks for the name on a page of its own, unless the client offers no userstore with a domain. */
  const nameFirst = useInProcessHost(userstoreRealm(kind, [corp, plain]));
  const asking = useInProcessHost(askingRealm(kind));
  const forms: Record<string, Form> = {};
  /** Of a page that has another form for some people. */
  const others: Record<string, Form> = {};

  async function arrive(username: string, by = app, params: Readonly<Record<string, string>> = {}): Promise<Form> {
    const visitor = new Visitor();
    const page = await signIn(visitor, ask(host, by, params), username, passwordOf(host, username));
    return { visitor, page, fields: page.fields };
  }

  const host = useHost(flowRealm(kind));
  beforeAll(async () => {
    const anybody = new Visitor();
    const first = await anybody.visit(ask(host, app).url);
    forms['/sign-in/:uid'] = { visitor: anybody, page: first, fields: { ...first.fields, identifier: 'alice' } };
    const named = await anybody.visit(ask(nameFirst, app).url);
    forms['/sign-in/:uid/name'] = { visitor: anybody, page: named, fields: { ...named.fields, identifier: 'alice' } };
    const required = await anybody.submit(await anybody.submit(named, { identifier: 'a@corp.test' }), {
      password: 'x',
    });
    forms['/sign-in/:uid/userstore-password'] = {
      ...{ visitor: anybody, page: required },
      fields: { ...required.fields, current: 'x', password: 'y', again: 'y' },
    };
    const two = application('two');
    const connectors = ['primary', 'plain'];
    await nameFirst.parts.clients.create(
      { kind: 'host', id: 'tests', requestId: 'test' },
      clientInput.parse({
        id: 'two',
        name: 'Two',
        authentication: 'none',
        redirectUris: [two.redirectUri],
        connectors,
      }),
    );
    const hinted = await anybody.visit(ask(nameFirst, two, { idp_hint: 'plain' }).url);
    const anyWay = await anybody.visit(`${hinted.url.href}/another-way`);
    forms['/sign-in/:uid/another-way'] = {
      ...{ visitor: anybody, page: anyWay },
      fields: { ...anyWay.fields, identifier: 'alice' },
    };
    await addAskingConnectors(asking);
    for (const [path, name] of [
      ['link', 'links/anna'],
      ['complete', 'requires/anna'],
    ] as const) {
      const visitor = new Visitor();
      const page = await signIn(visitor, ask(asking, app), name, 'any');
      forms[`/sign-in/:uid/${path}`] = { visitor, page, fields: page.fields };
    }
    const kept = new Visitor();
    const toSignIn = await kept.visit(`${asking.issuer}/account/password`);
    const changing = await kept.submit(toSignIn, { identifier: 'keeps/anna', password: 'any' });
    others['the password of a directory'] = {
      ...{ visitor: kept, page: changing },
      fields: { ...changing.fields, current: 'x', password: 'y', again: 'y' },
    };
    forms['/sign-in/:uid/consent'] = await arrive('bob', application('asking'), { scope: 'openid roles' });
    forms['/sign-in/:uid/password'] = await arrive('erin');
    forms['/sign-in/:uid/enrol-second-factor{/:method}'] = await arrive('trent');

    const { visitor: grace } = await signedIn(host, app, {}, 'grace');
    const enrolling = await grace.visit(`${host.issuer}/account/second-factor`);
    await grace.submit(enrolling, { code: Authenticator.reading(enrolling, host).code() });
    await host.advance(seconds(30));
    forms['/sign-in/:uid/second-factor{/:method}'] = await arrive('grace');

    const { visitor: alice } = await signedIn(host, app);
    for (const path of routes().filter((route) => route.startsWith('/account'))) {
      const page = await alice.visit(`${host.issuer}${path}`);
      forms[path] = { visitor: alice, page, fields: page.fields };
    }
    const { visitor: heidi } = await signedIn(host, app, {}, 'heidi');
    const choice = await heidi.visit(ask(host, app, { prompt: 'select_account' }).url);
    forms['/sign-in/:uid/account'] = { visitor: heidi, page: choice, fields: choice.fields };
  });

  /** Returns the address that a form posts to. Account routes are posted to even if their page shows no form. */
  const addressOf = (route: string, { page }: Form): URL =>
    route.startsWith('/account') ? new URL(`${host.issuer}${route}`) : page.action;

  const post = (url: URL, visitor: Visitor, body: string | Buffer, type = FORM): Promise<Response> =>
    visitor.request(url, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'Content-Type': type, Accept: 'text/html' },
    });

  async function expectPage(cell: string, answer: Response, status: number): Promise<void> {
    const text = await answer.text();
    expect([cell, answer.status, answer.headers.get('location')]).toEqual([cell, status, null]);
    expect([cell, text]).toEqual([cell, expect.stringMatching(/<h1/)]);
    expect([cell, text]).toEqual([
      cell,
      expect.not.stringMatching(/node_modules|\bat \S+ \(|\.[jt]s:\d|TypeError|ZodError/),
    ]);
    expect([cell, answer.headers.get('content-security-policy')]).toEqual([
      cell,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
  }

  test('no route with a form is left out', () => {
    expect(routes().length).toBeGreaterThan(8);
    expect(Object.keys(forms).sort()).toEqual(routes());
    for (const [route, form] of Object.entries(forms)) {
      if (route.startsWith('/account')) continue;
      const path = form.page.action.pathname.replace(/[\w-]{20,}/, ':uid');
      expect(path.replace(/\/totp$/, '{/:method}')).toBe(route);
    }
    expect(Object.keys(others['the password of a directory']?.page.fields ?? {})).toContain('current');
  });

  test.each(Object.entries(FAULTS))('%s in a form is answered by its page', async (name, fault) => {
    for (const [route, form] of Object.entries({ ...forms, ...others })) {
      const answer = await post(addressOf(route, form), form.visitor, fault.body(form.fields), fault.type);
      await expectPage(`${name} at ${route}`, answer, statusOf(name, fault));
    }
  });

  test('nothing at all, and a token of control characters, is answered by its page', async () => {
    for (const [route, form] of Object.entries({ ...forms, ...others })) {
      for (const body of ['', encoded({ ...form.fields, csrf: '\u0001\u001b\r\n' })]) {
        const answer = await post(addressOf(route, form), form.visitor, body);
        const status = [400, 403].includes(answer.status) ? answer.status : 403;
        await expectPage(`${JSON.stringify(body)} at ${route}`, answer, status);
      }
    }
  });

  test('nothing of all that was a fault of ours, or done', async () => {
    expect(await (await fetch(`${host.issuer}/readyz`)).json()).toEqual({ status: 'ok' });
    const faults = host
      .logs()
      .split('\n')
      .filter((line) => /"level":(?:50|60)|WARNING/.test(line));
    expect(faults).toEqual([]);
    const alice = forms['/account']?.visitor;
    expect((await alice?.visit(`${host.issuer}/account`))?.heading).toBe('Your account');
  });
});
