/** Malformed input to every endpoint: each cell of endpoints x faults gets the standard's response, and has no effect. */
import { glob, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, signIn } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');
const CONFIDENTIAL = `Basic ${Buffer.from(`confidential:${CONFIDENTIAL_SECRET}`).toString('base64')}`;

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: string | Buffer;
  /** A body of unknown length. */
  readonly chunked?: boolean;
}
interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function send(url: URL, { method = 'GET', headers = {}, query, body, chunked = false }: Sent): Promise<Got> {
  const path = query === undefined ? url.pathname + url.search : `${url.pathname}?${query}`;
  return new Promise((resolve, reject) => {
    const length = body === undefined || chunked ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const options = { host: url.hostname, port: url.port, path, method, agent: false as const };
    const req = request({ ...options, headers: { ...length, ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text });
      });
    });
    // After an early response the connection may be closed.
    req.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    if (chunked && body !== undefined) req.write(body);
    req.end(chunked ? undefined : body);
  });
}

/** One endpoint, and a request that it understands, so that a cell holds one fault alone. */
interface Endpoint {
  readonly name: string;
  readonly url: URL;
  readonly kind: 'oauth' | 'page' | 'published' | 'authorization';
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const encoded = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

/** The fault, put into what would be right otherwise: into the query of a GET, into the body of a POST. */
const inFields: Readonly<Record<string, (right: string) => string | Buffer>> = {
  'bytes that are not UTF-8': (right) => `${right}&state=%FF%FE`,
  'an overlong encoding': (right) => `${right}&state=%C0%AF`,
  'a NUL': (right) => `${right}&state=a%00b`,
  'a stray percent sign': (right) => `${right}&state=100%`,
  'half of a surrogate pair': (right) => `${right}&state=%ED%A0%80`,
};
const inBody: Readonly<Record<string, Sent>> = {
  'a body of JSON': { headers: { 'Content-Type': 'application/json' }, body: '{"a":1}' },
  'deep JSON': { headers: { 'Content-Type': 'application/json' }, body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
  'a body of many parts': {
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
  },
};
const TOO_LARGE = `a=${'x'.repeat(60_000)}`;
const METHODS = ['PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS', 'PROPFIND', 'HEAD'] as const;

/** Every page between an authorization request and its answer, as somebody arrives at it who then fills in what changes nothing. */
async function signInPages(host: Host): Promise<Endpoint[]> {
  async function page(
    name: string,
    typed: Readonly<Record<string, string>>,
    arrive: (visitor: Visitor) => Promise<Page>,
  ): Promise<Endpoint> {
    const visitor = new Visitor();
    const { action: url, fields } = await arrive(visitor);
    const headers = { ...FORM, Cookie: visitor.cookiesFor(url) };
    return { name, url, kind: 'page', method: 'POST', headers, fields: { ...fields, ...typed } };
  }
  const arriveAs = (username: string, by = app, params = {}) => {
    return (visitor: Visitor) => signIn(visitor, ask(host, by, params), username, passwordOf(host, username));
  };
  const enrolling = await page('enrolment', { code: '' }, arriveAs('judy', application('strict')));
  const heidi = new Visitor();
  const seed = await arriveAs('heidi', application('strict'))(heidi);
  await heidi.submit(seed, { code: Authenticator.reading(seed, host).code() });
  return [
    await page('sign-in page', { identifier: 'alice', password: '' }, (visitor) => visitor.visit(ask(host, app).url)),
    await page('choice', { account: 'nobody' }, async (visitor) => {
      await arriveAs('bob')(visitor);
      return visitor.visit(ask(host, app, { prompt: 'select_account' }).url);
    }),
    await page('consent', { decision: 'neither' }, arriveAs('bob', application('asking'), { scope: 'openid profile' })),
    await page('new password', { password: '', again: '' }, arriveAs('erin')),
    await page('second factor', { code: '' }, arriveAs('heidi')),
    enrolling,
  ];
}

/** No answer, whatever was asked, shows our inside, sends anybody anywhere, or may be framed. */
function expectDecent(cell: string, { status, headers, body }: Got): void {
  expect([cell, status]).not.toEqual([cell, 500]);
  expect([cell, body]).toEqual([
    cell,
    expect.not.stringMatching(/node_modules|\bat \S+ \(|\.ts:\d|\.js:\d|TypeError|SyntaxError/),
  ]);
  // Node's own answer, to what never became a request.
  if (status === 431) return;
  expect([cell, headers['content-security-policy']]).toEqual([cell, expect.stringContaining("frame-ancestors 'none'")]);
  expect([cell, headers['x-content-type-options']]).toEqual([cell, 'nosniff']);
}

describe.each(stores)('on %s:', (kind) => {
  let endpoints: readonly Endpoint[];
  const host = useHost(flowRealm(kind));
  beforeAll(async () => {
    const at = (path: string): URL => new URL(`${host.issuer}${path}`);
    const metadata = (await (await fetch(at('/.well-known/openid-configuration'))).json()) as Record<string, string>;
    const { visitor: alice, tokens } = await signedIn(host, app);
    const forms = {
      '/password': 'change',
      '/second-factor': 'enrol',
      '/applications': 'withdraw',
      '/links': 'remove',
      '/sessions': 'end',
      '/profile': 'save',
    } as const;
    const accountPages = Object.entries(forms).map(([path, form]) => ({
      name: `account${path}`,
      url: at(`/account${path}`),
      kind: 'page' as const,
      method: 'POST' as const,
      headers: { ...FORM, Cookie: alice.cookiesFor(at(`/account${path}`)) },
      fields: { form },
    }));
    const oauth = (name: string, fields: Readonly<Record<string, string>>): Endpoint[] =>
      metadata[`${name}_endpoint`] === undefined
        ? []
        : [
            {
              name,
              url: new URL(metadata[`${name}_endpoint`] ?? ''),
              kind: 'oauth',
              method: 'POST',
              headers: { ...FORM, Authorization: CONFIDENTIAL },
              fields,
            },
          ];
    endpoints = [
      {
        name: 'authorization',
        url: at('/auth'),
        kind: 'authorization',
        method: 'GET',
        fields: { client_id: 'public' },
      },
      ...oauth('token', { grant_type: 'authorization_code', code: 'none', redirect_uri: 'https://confidential.test/' }),
      ...oauth('introspection', { token: 'none' }),
      ...oauth('revocation', { token: 'none' }),
      ...oauth('pushed_authorization_request', { response_type: 'code' }),
      {
        name: 'userinfo',
        url: at('/me'),
        kind: 'oauth',
        method: 'POST',
        headers: { ...FORM, Authorization: `Bearer ${tokens.access_token}` },
        fields: {},
      },
      {
        name: 'posted authorization',
        url: at('/auth'),
        kind: 'authorization',
        method: 'POST',
        headers: FORM,
        fields: { client_id: 'public' },
      },
      { name: 'logout', url: at('/session/end'), kind: 'authorization', method: 'GET', fields: {} },
      {
        name: 'posted logout',
        url: at('/session/end'),
        kind: 'authorization',
        method: 'POST',
        headers: FORM,
        fields: {},
      },
      { name: 'jwks', url: at('/jwks'), kind: 'published', method: 'GET', fields: {} },
      { name: 'discovery', url: at('/.well-known/openid-configuration'), kind: 'published', method: 'GET', fields: {} },
      {
        name: 'metadata',
        url: at('/.well-known/oauth-authorization-server'),
        kind: 'published',
        method: 'GET',
        fields: {},
      },
      ...(await signInPages(host)),
      ...accountPages,
    ];
  });

  const to = (endpoint: Endpoint, fault: Sent): Promise<Got> =>
    send(endpoint.url, {
      method: endpoint.method,
      ...fault,
      headers: { Accept: endpoint.kind === 'oauth' ? '*/*' : 'text/html', ...endpoint.headers, ...fault.headers },
    });

  /** The answers of all endpoints to one fault, as a row of the matrix. */
  async function row(fault: string, sent: (endpoint: Endpoint) => Sent | undefined): Promise<Record<string, string>> {
    const answers: Record<string, string> = {};
    for (const endpoint of endpoints) {
      const what = sent(endpoint);
      if (!what) continue;
      const got = await to(endpoint, what);
      expectDecent(`${fault} at ${endpoint.name}`, got);
      const error = /(?:"error":"|<code>)((?:invalid|access|unsupported)_[a-z_]+)["<]/.exec(got.body)?.[1] ?? '';
      answers[endpoint.name] = `${got.status} ${error}`.trim();
    }
    return answers;
  }
  const everywhere = (answer: (endpoint: Endpoint) => string, which: (endpoint: Endpoint) => boolean = () => true) =>
    Object.fromEntries(endpoints.filter(which).map((endpoint) => [endpoint.name, answer(endpoint)]));
  const posted = ({ method }: Endpoint): boolean => method === 'POST';
  const withFields = (endpoint: Endpoint, text: string | Buffer): Sent =>
    endpoint.method === 'GET' ? { query: String(text) } : { body: text };

  test('there is a row for every page that takes a form', async () => {
    const rows = endpoints.map(({ url }) => url.pathname.replace(/^\/sign-in\/[^/]+|\/totp$/g, ''));
    const router = await readFile('src/sign-in/sign-in-router.ts', 'utf8');
    const forms = [...router.matchAll(/router\.post\(`\$\{base\}\/sign-in\/:uid([^`{]*)/g)].map(([, path]) => path);
    // These are only shown where there are several userstores, or one asks: bad-input-forms.test.ts covers them.
    const between = forms.filter((path = '') => !/^\/(name|another-way|userstore-password|link|complete)$/.test(path));
    const own: string[] = [];
    for await (const file of glob('src/account/*.ts')) {
      const text = await readFile(file, 'utf8');
      const path = /^ {2,4}path: '(\/[a-z-]+)',/m.exec(text)?.[1];
      if (path !== undefined && !/^ {2,4}forms: \{\},/m.test(text)) own.push(`/account${path}`);
    }
    expect([between.length, own.length]).toEqual([6, expect.any(Number)]);
    expect(rows).toEqual(expect.arrayContaining([...between, ...own]));
  });

  test.each(Object.keys(inFields))('%s is refused', async (fault) => {
    const answers = await row(fault, (endpoint) =>
      withFields(endpoint, inFields[fault]?.(encoded(endpoint.fields)) ?? ''),
    );
    expect(answers).toEqual(everywhere(({ kind }) => (kind === 'page' ? '400' : '400 invalid_request')));
  });

  test('raw bytes that a browser would have encoded are refused', async () => {
    const raw = (endpoint: Endpoint) =>
      Buffer.concat([Buffer.from(`${encoded(endpoint.fields)}&state=`), Buffer.from([0xc3, 0xa9])]);
    const answers = await row('raw bytes', (endpoint) => (posted(endpoint) ? { body: raw(endpoint) } : undefined));
    expect(answers).toEqual(everywhere(({ kind }) => (kind === 'page' ? '400' : '400 invalid_request'), posted));
  });

  test.each([false, true])('a body that is too large is not read, of an unknown length: %j', async (chunked) => {
    const answers = await row('too large', (endpoint) => (posted(endpoint) ? { body: TOO_LARGE, chunked } : undefined));
    expect(answers).toEqual(everywhere(({ kind }) => (kind === 'page' ? '413' : '413 invalid_request'), posted));
  });

  test.each(Object.keys(inBody))('%s is no form', async (fault) => {
    const answers = await row(fault, (endpoint) => (posted(endpoint) ? inBody[fault] : undefined));
    expect(answers).toEqual(
      everywhere(({ kind }) => {
        if (kind === 'authorization') return '415 invalid_request';
        return kind === 'page' ? '415' : '400 invalid_request';
      }, posted),
    );
  });

  test('a header line or an address without end is refused', async () => {
    expect(await row('long address', () => ({ query: `state=${'x'.repeat(20_000)}` }))).toEqual(
      everywhere(() => '431'),
    );
  });

  test('a parameter that comes twice is refused where there is a choice between the two', async () => {
    const answers = await row('twice', (endpoint) => {
      const [first] = Object.entries(endpoint.fields);
      return first && withFields(endpoint, `${encoded(endpoint.fields)}&${encoded(Object.fromEntries([first]))}`);
    });
    expect(answers).toEqual(
      everywhere(
        ({ kind }) => (kind === 'page' ? '400' : '400 invalid_request'),
        ({ fields }) => Object.keys(fields).length > 0,
      ),
    );
  });

  test.each(['[$ne]', '[$gt]', '[]', '.$where', '[__proto__]'])(
    'a name with %s behind it is not that name',
    async (more) => {
      const answers = await row(more, (endpoint) => {
        const [first, ...others] = Object.entries(endpoint.fields);
        return (
          first && withFields(endpoint, encoded(Object.fromEntries([[`${first[0]}${more}`, first[1]], ...others])))
        );
      });
      expect(answers).toEqual(
        everywhere(
          // The server redirects a posted request to the same request by GET, which then lacks the field.
          ({ name, kind }) =>
            name === 'posted authorization' ? '303' : kind === 'page' ? '400' : '400 invalid_request',
          ({ fields }) => Object.keys(fields).length > 0,
        ),
      );
    },
  );

  test('nothing at all is answered by what is missing', async () => {
    expect(await row('nothing', (endpoint) => withFields(endpoint, ''))).toEqual(
      everywhere(({ name, kind }) => {
        if (kind === 'published' || name === 'logout' || name === 'userinfo') return '200';
        if (kind === 'page') return name.startsWith('account') || name === 'consent' ? '400' : '403';
        // The page that the redirect leads to reports the error.
        if (kind === 'authorization' && name.startsWith('posted')) return '303';
        return '400 invalid_request';
      }),
    );
  });

  test('what no standard names is ignored where the standards say so, and refused by our own pages', async () => {
    const odd = `${'a[b]'.repeat(500)}=1&__proto__[x]=1&constructor=2&toString=3&`;
    const known = await row('known', (endpoint) => withFields(endpoint, encoded(endpoint.fields)));
    const unknown = await row('unknown', (endpoint) => withFields(endpoint, odd + encoded(endpoint.fields)));
    // The forms of the account have no token here, which is looked at first.
    const between = everywhere(
      () => '400',
      ({ name, kind }) => kind === 'page' && !name.startsWith('account'),
    );
    expect(unknown).toEqual({ ...known, ...between });
    expect(Object.keys(between)).toHaveLength(6);
    expect(known).toMatchObject({
      'sign-in page': '422',
      introspection: '200',
      revocation: '200',
      token: '400 invalid_grant',
    });
  });

  test.each(METHODS)('%s changes nothing', async (method) => {
    const readable = ['sign-in page', 'userinfo', 'logout', 'posted logout', 'jwks', 'discovery', 'metadata'];
    expect(await row(method, () => ({ method }))).toEqual(
      everywhere(({ name, kind }) => {
        if (method === 'HEAD' && name.endsWith('authorization')) return '400';
        if (method === 'HEAD' && (readable.includes(name) || /^account|factor|enrol/.test(name))) return '200';
        if (kind === 'page') return '404';
        if (method === 'OPTIONS') return '204';
        return method === 'HEAD' ? '405' : '405 invalid_request';
      }),
    );
  });

  test.each([
    { client_id: 'nobody' },
    { client_id: 'nobody', prompt: 'none' },
    { client_id: 'nobody', response_mode: 'form_post' },
    { redirect_uri: 'https://elsewhere.test/callback' },
    { redirect_uri: 'https://public.test/callback/' },
    { redirect_uri: 'https://public.test/callback?more=1' },
    { redirect_uri: 'https://public.test.elsewhere.test/callback' },
    { redirect_uri: 'javascript:alert(1)' },
    { redirect_uri: '//elsewhere.test', prompt: 'none' },
    { redirect_uri: '', prompt: 'none' },
  ])('a request with %j ends on an error page, never in a redirect', async (wrong) => {
    const { url } = ask(host, app, wrong);
    const got = await send(url, { headers: { Accept: 'text/html' } });
    expectDecent(url.href, got);
    expect(got).toMatchObject({ status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(got.headers).not.toHaveProperty('location');
    expect(got.headers).not.toHaveProperty('refresh');
    expect(got.body).not.toMatch(/elsewhere\.test|javascript:/);
  });

  test('nothing of all that was a fault of ours', async () => {
    expect(await (await fetch(`${host.issuer}/readyz`)).json()).toEqual({ status: 'ok' });
    expect(
      host
        .logs()
        .split('\n')
        .filter((line) => /"level":(?:50|60)|WARNING/.test(line)),
    ).toEqual([]);
  });
});
