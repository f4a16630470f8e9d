/** GitHub as its preset has it, with answers in the shapes of docs.github.com. */
import { describe, expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import {
  begun,
  CLIENT_ID,
  connectorTo,
  personOf,
  REDIRECT_URI,
  SECRET,
  short,
  signIn,
  type Written,
} from './connector.js';
import { type Answers } from './stand-in.js';
import { useStandIn } from './use-stand-in.js';

const TOKEN = 'github.com/login/oauth/access_token';
const PROFILE = 'api.github.com/user';
const EMAILS = 'api.github.com/user/emails';
const ORGS = 'api.github.com/user/orgs';
const TEAMS = 'api.github.com/user/teams';

const GROUPS = {
  connection: { scopes: ['read:user', 'user:email', 'read:org'] },
  subject: {
    groups: [
      { url: 'https://api.github.com/user/orgs?per_page=100', name: ['login'], id: 'id', idPrefix: 'org-' },
      { url: 'https://api.github.com/user/teams?per_page=100', name: ['organization.login', 'slug'], id: 'id' },
    ],
  },
};

const json = (body: unknown, more: Partial<Reply> = {}): Reply => ({
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
  ...more,
});
const emails = (...rows: readonly [string, boolean, boolean][]): Reply =>
  json(rows.map(([email, primary, verified]) => ({ email, primary, verified, visibility: 'private' })));
const error = (code: string): Reply =>
  json({ error: code, error_description: 'Text.', error_uri: 'https://docs.test/' });

const honest: Answers = {
  [TOKEN]: json({
    access_token: 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
    scope: 'read:user,user:email',
    token_type: 'bearer',
  }),
  [PROFILE]: json({
    ...{
      login: 'octocat',
      id: 583231,
      node_id: 'MDQ6VXNlcjU4MzIzMQ==',
      name: 'The Octocat',
      email: 'shown@example.test',
    },
    ...{
      avatar_url: 'https://avatars.test/u/583231',
      html_url: 'https://github.com/octocat',
      blog: '',
      company: '@github',
    },
    ...{ type: 'User', site_admin: false, plan: { name: 'free' } },
  }),
  [EMAILS]: emails(['old@example.test', false, true], ['octocat@example.test', true, true]),
};

const standIn = useStandIn(honest);

const github = (written: Written = {}) => connectorTo(standIn, { preset: 'github', ...written });
const answering = (answers: Answers): void => {
  standIn.answers = { ...honest, ...answers };
};
const outcome = async (written?: Written): Promise<string> => short(await signIn(github(written)));
const claimsOf = async () => personOf(await signIn(github())).claims;

test('the browser goes to GitHub with PKCE, and with the name that was typed', async () => {
  const { url } = await begun(github(), { loginHint: 'octocat', choosesAccount: true });
  expect(url.origin + url.pathname).toBe('https://github.com/login/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    ...{ client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'read:user user:email' },
    ...{ code_challenge_method: 'S256', login: 'octocat', prompt: 'select_account' },
  });
});

test('a person has the number as id, standard claims, and the primary verified address', async () => {
  const { subject, groups, claims } = personOf(await signIn(github()));
  expect([subject, groups]).toEqual(['583231', undefined]);
  expect(claims).toMatchObject({
    ...{ sub: '583231', preferred_username: 'octocat', name: 'The Octocat', profile: 'https://github.com/octocat' },
    ...{ picture: 'https://avatars.test/u/583231', company: '@github' },
    ...{ email: 'octocat@example.test', email_verified: 'true' },
  });
});

test('GitHub gets the secret with the code, and a name of the program with every call', async () => {
  await signIn(github());
  const { form, headers } = standIn.last(TOKEN);
  expect(form.get('client_secret')).toBe(SECRET);
  expect(headers.get('accept')).toBe('application/json');
  const call = standIn.last(PROFILE).headers;
  expect(call.get('authorization')).toBe('Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a');
  expect(call.get('user-agent')).toBe('Gatehouse');
});

describe('nobody has an address by', () => {
  test.each<[string, Reply]>([
    ['one that is not verified', emails(['octocat@example.test', true, false])],
    ['one that is not the primary one', emails(['octocat@example.test', false, true])],
    ['one that reaches nobody', emails(['583231+octocat@users.noreply.github.com', true, true])],
    ['flags that are no booleans', json([{ email: 'octocat@example.test', primary: 'true', verified: 1 }])],
    ['an empty list', json([])],
    ['entries of another form', json([null, 'octocat@example.test', { email: 5, primary: true, verified: true }])],
    ['a list that the token may not read', json({ message: 'Not Found' }, { status: 404 })],
    ['a list that the client may not read', json({ message: 'Resource not accessible' }, { status: 403 })],
  ])('%s, and signs in', async (_name, reply) => {
    answering({ [EMAILS]: reply });
    const claims = await claimsOf();
    expect(claims).toMatchObject({ sub: '583231' });
    expect(Object.keys(claims)).not.toContain('email');
    expect(Object.keys(claims)).not.toContain('email_verified');
  });
});

test('a list of addresses that fails is no missing address', async () => {
  answering({ [EMAILS]: json({ message: 'Server Error' }, { status: 502 }) });
  expect(await outcome()).toBe('unavailable: server-failing');
  answering({ [EMAILS]: json({ message: 'Bad credentials' }, { status: 401 }) });
  expect(await outcome()).toBe('upstream-error: userinfo-refused');
});

test('who says no there is told apart from an error', async () => {
  const denied = { error: 'access_denied', error_description: 'The user has denied your application access.' };
  expect(short(await signIn(github(), denied))).toBe('denied');
  const suspended = github();
  expect(short(await signIn(suspended, { error: 'application_suspended' }))).toBe('misconfigured: client-not-allowed');
  expect(short(await signIn(github(), { error: 'redirect_uri_mismatch' }))).toBe('misconfigured: request-refused');
  expect(suspended.events).toEqual([{ reason: 'client-not-allowed' }]);
});

test('an answer that names another issuer is refused, and its code is not redeemed', async () => {
  expect(short(await signIn(github(), { code: 'c', iss: 'https://github.com/login/oauth' }))).toBe('ok');
  standIn.asked.length = 0;
  expect(short(await signIn(github(), { code: 'c', iss: 'https://gitlab.com' }))).toBe('upstream-error: answer-issuer');
  expect(standIn.asked).toEqual([]);
});

test.each([
  ['bad_verification_code', 'upstream-error: code-refused'],
  ['incorrect_client_credentials', 'misconfigured: client-refused'],
  ['redirect_uri_mismatch', 'misconfigured: redirect-uri-refused'],
  ['unverified_user_email', 'upstream-error: token-error'],
])('the error %s with status 200 is %s', async (code, expected) => {
  answering({ [TOKEN]: error(code) });
  const connector = github();
  expect(short(await signIn(connector))).toBe(expected);
  expect(connector.events).toEqual([{ reason: expected.split(': ')[1] }]);
});

test('a profile that GitHub refuses signs nobody in', async () => {
  answering({
    [PROFILE]: json({ message: 'Bad credentials', documentation_url: 'https://docs.test' }, { status: 401 }),
  });
  expect(await outcome()).toBe('upstream-error: userinfo-refused');
});

describe('groups', () => {
  const org = (id: number, login: string) => ({ login, id, url: `https://api.github.com/orgs/${login}` });
  const team = (id: number, login: string, slug: string) => ({ id, slug, name: slug, organization: org(1, login) });
  const next = (url: string, more: object = {}): Partial<Reply> => ({
    headers: { 'content-type': 'application/json', link: `<${url}>; rel="next", <${url}&last=1>; rel="last"`, ...more },
  });

  test('are organizations and teams, of every page', async () => {
    answering({
      [ORGS]: ({ query }) =>
        query.get('page') === '2'
          ? json([org(2, 'globex')])
          : json([org(1, 'acme')], next('https://api.github.com/user/orgs?per_page=100&page=2')),
      [TEAMS]: json([team(1, 'acme', 'developers')]),
    });
    const connector = github(GROUPS);
    expect(personOf(await signIn(connector)).groups).toEqual([
      { name: 'acme', id: 'org-1' },
      { name: 'globex', id: 'org-2' },
      { name: 'acme/developers', id: '1' },
    ]);
    expect(connector.sent).toContain('https://api.github.com/user/orgs?per_page=100&page=2');
    expect((await begun(github(GROUPS))).url.searchParams.get('scope')).toContain('read:org');
  });

  test('that are none are none', async () => {
    answering({ [ORGS]: json([]), [TEAMS]: json([]) });
    expect(personOf(await signIn(github(GROUPS))).groups).toEqual([]);
  });

  test('on another host are not read, and the token does not go there', async () => {
    answering({ [ORGS]: json([], next('https://evil.test/user/orgs?page=2')), [TEAMS]: json([]) });
    const connector = github(GROUPS);
    expect(short(await signIn(connector))).toBe('upstream-error: page-elsewhere');
    expect(connector.sent.filter((url) => url.includes('evil.test'))).toEqual([]);
  });

  test('without end are too many, and not cut', async () => {
    answering({ [ORGS]: json([org(1, 'acme')], next('https://api.github.com/user/orgs?page=1')), [TEAMS]: json([]) });
    expect(await outcome(GROUPS)).toBe('upstream-error: too-many-groups');
    expect(standIn.asked.filter(({ at }) => at === ORGS)).toHaveLength(20);
  });

  test('of two lists are too many together', async () => {
    const many = (from: number) =>
      json(Array.from({ length: 1001 }, (_, at) => ({ login: `o${from + at}`, id: from + at })));
    answering({ [ORGS]: many(1), [TEAMS]: json([]) });
    expect(await outcome(GROUPS)).toBe('ok');
    const subject = { groups: [1, 2].map(() => ({ url: 'https://api.github.com/user/orgs', name: ['login'] })) };
    expect(await outcome({ ...GROUPS, subject })).toBe('upstream-error: too-many-groups');
  });

  test('that may not be read fail the sign-in, so that nobody keeps a role by hiding them', async () => {
    answering({ [ORGS]: json({ message: 'You need at least read:org scope' }, { status: 403 }), [TEAMS]: json([]) });
    const connector = github(GROUPS);
    expect(short(await signIn(connector))).toBe('upstream-error: groups-refused');
    // Anybody can take a scope out of the address.
    expect(connector.health()).toEqual({ state: 'unknown' });
    expect(connector.events).toEqual([{ reason: 'groups-refused', details: { status: 403 } }]);
  });

  test.each<[string, unknown]>([
    ['no list', { message: 'x' }],
    ['an item without a name', [{ id: 1 }]],
    ['an item without an id', [{ login: 'acme' }]],
    ['an item that is none', [null]],
  ])('with %s are not read in part', async (_name, body) => {
    answering({ [ORGS]: json(body), [TEAMS]: json([]) });
    expect(await outcome(GROUPS)).toBe('upstream-error: body-invalid');
  });

  test('have a name that no other group can have', async () => {
    answering({ [ORGS]: json([]), [TEAMS]: json([team(1, 'acme/admins', 'x')]) });
    expect(await outcome(GROUPS)).toBe('upstream-error: body-invalid');
  });
});

test('a test tells whether GitHub accepts the client', async () => {
  answering({
    [TOKEN]: error('bad_verification_code'),
    [PROFILE]: json({ message: 'Requires authentication' }, { status: 401 }),
  });
  expect(await github().test()).toEqual([
    {
      ...{ step: 'token', outcome: 'ok' },
      details: ['token endpoint: https://github.com/login/oauth/access_token', 'a senseless code: code-refused'],
    },
    { step: 'profile', outcome: 'ok', details: ['profile: https://api.github.com/user', 'without a token: refused'] },
  ]);
  answering({ [TOKEN]: error('incorrect_client_credentials'), [PROFILE]: { status: 401 } });
  expect(await github().test()).toMatchObject([{ outcome: 'failed', reason: 'client-refused' }, { outcome: 'ok' }]);
});

test('GitHub Enterprise is the same at other addresses', async () => {
  standIn.answers = {
    'git.corp.test/login/oauth/access_token': honest[TOKEN] ?? {},
    'git.corp.test/api/v3/user': honest[PROFILE] ?? {},
    'git.corp.test/api/v3/user/emails': honest[EMAILS] ?? {},
  };
  const connector = github({
    connection: {
      authorizationEndpoint: 'https://git.corp.test/login/oauth/authorize',
      tokenEndpoint: 'https://git.corp.test/login/oauth/access_token',
      issuer: 'https://git.corp.test/login/oauth',
    },
    subject: {
      profile: { url: 'https://git.corp.test/api/v3/user' },
      emails: { url: 'https://git.corp.test/api/v3/user/emails' },
    },
  });
  expect(personOf(await signIn(connector))).toMatchObject({
    subject: '583231',
    claims: { email: 'octocat@example.test' },
  });
  expect(connector.sent.filter((url) => !url.startsWith('https://git.corp.test/'))).toEqual([]);
});
