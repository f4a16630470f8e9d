/** Facebook as its preset has it, with answers in the shapes of developers.facebook.com. */
import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import { begun, connectorTo, personOf, SECRET, short, signIn, type Written } from './connector.js';
import { type Answers } from './stand-in.js';
import { useStandIn } from './use-stand-in.js';

const TOKEN = 'graph.facebook.com/v26.0/oauth/access_token';
const PROFILE = 'graph.facebook.com/v26.0/me';
const ACCESS_TOKEN = 'EAAGm0PX4ZCpsBAKZCZBZCZB';

const json = (body: unknown, status = 200): Reply => ({
  ...{ status, body },
  headers: { 'content-type': 'application/json; charset=UTF-8' },
});
const error = (code: number, more: object = {}): Reply =>
  json({ error: { message: 'Text.', type: 'OAuthException', code, fbtrace_id: 'AbC', ...more } }, 400);

const PERSON = {
  ...{ id: '10158000000000001', name: 'Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace' },
  picture: { data: { height: 50, is_silhouette: false, url: 'https://platform-lookaside.test/ada', width: 50 } },
};
const honest: Answers = {
  [TOKEN]: json({ access_token: ACCESS_TOKEN, token_type: 'bearer', expires_in: 5183944 }),
  [PROFILE]: json({ ...PERSON, email: 'ada@example.test' }),
};

const standIn = useStandIn(honest);

const facebook = (written: Written = {}) => connectorTo(standIn, { preset: 'facebook', ...written });
const answering = (answers: Answers): void => {
  standIn.answers = { ...honest, ...answers };
};

test('a person has the id as text, standard claims, and an address that nobody vouches for', async () => {
  const { subject, claims } = personOf(await signIn(facebook()));
  expect(subject).toBe('10158000000000001');
  expect(claims).toMatchObject({
    ...{ name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' },
    ...{ picture: 'https://platform-lookaside.test/ada', email: 'ada@example.test', email_verified: 'false' },
  });
});

test('an address counts as verified neither by a claim that the provider adds nor by a field', async () => {
  answering({ [PROFILE]: json({ ...PERSON, email: 'ada@example.test', email_verified: true, verified: true }) });
  expect(personOf(await signIn(facebook())).claims).toMatchObject({ email_verified: 'false' });
});

test('two people without an address, or who did not allow it, are two people', async () => {
  answering({ [PROFILE]: json(PERSON) });
  const first = personOf(await signIn(facebook()));
  answering({ [PROFILE]: json({ ...PERSON, id: '10158000000000002', email: '' }) });
  const second = personOf(await signIn(facebook()));
  expect([first.subject, second.subject]).toEqual(['10158000000000001', '10158000000000002']);
  for (const { claims } of [first, second]) expect(Object.keys(claims)).not.toContain('email');
});

test('each call proves that the client has the secret', async () => {
  await signIn(facebook());
  const { query, headers } = standIn.last(PROFILE);
  expect(query.get('appsecret_proof')).toBe(createHmac('sha256', SECRET).update(ACCESS_TOKEN).digest('hex'));
  expect(query.get('fields')).toBe('id,name,email,first_name,last_name,picture');
  expect(headers.get('authorization')).toBe(`Bearer ${ACCESS_TOKEN}`);
});

test('the browser goes to the dialog of the version', async () => {
  const { url } = await begun(facebook());
  expect(url.origin + url.pathname).toBe('https://www.facebook.com/v26.0/dialog/oauth');
  expect(url.searchParams.get('scope')).toBe('public_profile email');
});

test('who cancels there is denied', async () => {
  const answer = { error: 'access_denied', error_code: '200', error_description: 'x', error_reason: 'user_denied' };
  expect(short(await signIn(facebook(), answer))).toBe('denied');
});

test.each<[string, Reply, string]>([
  ['a wrong secret', error(1), 'misconfigured: client-refused'],
  ['a wrong client', error(101), 'misconfigured: client-refused'],
  ['a used code', error(100, { error_subcode: 36009 }), 'upstream-error: code-refused'],
  ['another redirect URI', error(191), 'misconfigured: redirect-uri-refused'],
  ['another error', error(613), 'upstream-error: token-error'],
  ['an error with status 200', { ...error(1), status: 200 }, 'misconfigured: client-refused'],
  ['a failure of its own', { ...error(2), status: 500 }, 'unavailable: server-failing'],
])('%s is told apart', async (_name, reply, expected) => {
  answering({ [TOKEN]: reply });
  const connector = facebook();
  expect(short(await signIn(connector))).toBe(expected);
  expect(JSON.stringify(connector.events)).not.toContain('Text.');
});

test.each<[string, Reply]>([
  ['status 400', error(190, { error_subcode: 463 })],
  ['status 200', { ...error(190), status: 200 }],
])('an error of the profile with %s signs nobody in', async (_name, reply) => {
  answering({ [PROFILE]: reply });
  expect(short(await signIn(facebook()))).toBe('upstream-error: userinfo-refused');
});

test('a later version is a setting', async () => {
  standIn.answers = {
    'graph.facebook.com/v99.0/oauth/access_token': honest[TOKEN] ?? {},
    'graph.facebook.com/v99.0/me': honest[PROFILE] ?? {},
  };
  const connector = facebook({
    connection: { tokenEndpoint: 'https://graph.facebook.com/v99.0/oauth/access_token' },
    subject: { profile: { url: 'https://graph.facebook.com/v99.0/me?fields=id' } },
  });
  expect(short(await signIn(connector))).toBe('ok');
});
